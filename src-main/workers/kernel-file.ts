/** Reads the compiled kernels that lie beside the worker. Runs in workers and on the engine's thread. */
import { readFileSync } from 'node:fs';
import { compileKernels } from '../kernels/kernel-memory.ts';
import { builtFile } from './entry.ts';

/** undefined when kernels are turned off (TAILLIGHT_KERNELS=off), to compare their answers with the plain code's. */
export const readKernel = (name: string): Uint8Array<ArrayBuffer> | undefined =>
  process.env['TAILLIGHT_KERNELS'] === 'off' ? undefined : new Uint8Array(readFileSync(builtFile(name)));

interface Compiled {
  readonly module: WebAssembly.Module | undefined;
}

function compile(name: string): Compiled {
  const wasm = readKernel(name);
  return { module: wasm === undefined ? undefined : compileKernels(wasm) };
}

let indexing: Compiled | undefined;
let writing: Compiled | undefined;
let ordering: Compiled | undefined;

/** The kernels of indexing, compiled once by each thread; undefined where they are off or do not run. */
export const indexingKernels = (): WebAssembly.Module | undefined => (indexing ??= compile('indexing.wasm')).module;

/** The kernel of exports, in the same way. */
export const exportKernel = (): WebAssembly.Module | undefined => (writing ??= compile('export.wasm')).module;

/** The kernel of orders, in the same way. */
export const orderKernel = (): WebAssembly.Module | undefined => (ordering ??= compile('order.wasm')).module;
