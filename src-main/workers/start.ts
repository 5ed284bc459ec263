/** Entry of every worker thread (dist/main/worker-start.cjs). */
import { fileURLToPath } from 'node:url';
import { runCompiled } from '../compiled.mjs';
import { builtFile } from './entry.ts';

runCompiled(fileURLToPath(builtFile('worker.cjs')));
