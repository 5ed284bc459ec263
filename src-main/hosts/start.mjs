/**
 * `npm start -- FILE`: makes a fresh checkout ready (packages, build) and starts the `taillight` command.
 * Plain JavaScript without dependencies.
 */
import { buildParts, ensureBuilt, ensureInstalled } from '../setup.mjs';

ensureInstalled();
ensureBuilt(buildParts);
// npm runs scripts in the checkout; file names are meant from where the user stands.
const userFolder = process.env['INIT_CWD'];
if (process.env['npm_lifecycle_event'] === 'start' && userFolder !== undefined) process.chdir(userFolder);
await import('./launch.mjs');
