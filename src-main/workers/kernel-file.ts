/** Reads the compiled kernels that lie beside the worker. Runs in workers and on the engine's thread. */
import { readFileSync } from 'node:fs';
import { compileKernels } from '../kernels/kernel-memory.ts';
import { builtFile } from './entry.ts';

/** undefined when kernels are turned off (TAILLIGHT_KERNELS=off), to compare their answers with the plain code's. */
export const readKernel = (name: string): Uint8Array<ArrayBuffer> | undefined =>
  process.env['TAILLIGHT_KERNELS'] === 'off' ? undefined : new Uint8Array(readFileSync(builtFile(name)));

let indexing: { readonly module: WebAssembly.Module | undefined } | undefined;

/** The kernels of indexing, compiled once by each thread; undefined where they are off or do not run. */
export function indexingKernels(): WebAssembly.Module | undefined {
  if (indexing === undefined) {
    const wasm = readKernel('indexing.wasm');
    indexing = { module: wasm === undefined ? undefined : compileKernels(wasm) };
  }
  return indexing.module;
}
