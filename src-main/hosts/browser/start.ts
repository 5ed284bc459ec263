/** Entry of `taillight serve` (dist/main/serve.js, started by hosts/launch.mjs). */
import { fileURLToPath } from 'node:url';
import { runCompiled } from '../../compiled.mjs';
import { builtFile } from '../../workers/entry.ts';

runCompiled(fileURLToPath(builtFile('serve.cjs')));
