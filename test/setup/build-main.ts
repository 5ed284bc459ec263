/** Global set-up of tests that start workers: dist/main is never older than its sources. */
import { ensureBuilt } from '../../src-main/setup.mjs';

export default function setup(): void {
  ensureBuilt(['main']);
}
