/**
 * The kernels of indexing, compiled to dist/main/indexing.wasm. AssemblyScript: addresses and machine numbers only, no
 * objects, no allocation. Memory is laid out by kernel-memory.ts, and each kernel has a plain twin in TypeScript with
 * the same answers: where a kernel is not sure, it stops, and the twin does that line or value.
 */
export { readLines } from './assembly/lines';
export { addKey, readCells, readJson, readLogfmt } from './assembly/keyed';
export { readRecords } from './assembly/records';
export { appendCodes } from './assembly/dictionary';
export { clearKinds } from './assembly/staging';
export { appendValues } from './assembly/values';
export { appendNumbers, appendSpans, lastStart, longestSpan, narrowNumbers, narrowWords } from './assembly/columns';
