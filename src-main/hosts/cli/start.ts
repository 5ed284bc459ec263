/** Entry of `taillight` without a window (dist/main/cli.js, started by hosts/launch.mjs). */
import { fileURLToPath } from 'node:url';
import { runCompiled } from '../../compiled.mjs';
import { builtFile } from '../../workers/entry.ts';

runCompiled(fileURLToPath(builtFile('cli.cjs')));
