/** Reads the compiled kernels that lie beside the worker. */
import { readFileSync } from 'node:fs';
import { builtFile } from './entry.ts';

/** undefined when kernels are turned off (TAILLIGHT_KERNELS=off), to compare their answers with the plain code's. */
export const readKernel = (name: string): Uint8Array<ArrayBuffer> | undefined =>
  process.env['TAILLIGHT_KERNELS'] === 'off' ? undefined : new Uint8Array(readFileSync(builtFile(name)));
