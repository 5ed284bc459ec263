/** Global set-up of tests that drive the program as users get it: all of dist is up to date. */
import { ensureBuilt } from '../../src-main/setup.mjs';

export default function setup(): void {
  ensureBuilt(['main', 'renderer']);
}
