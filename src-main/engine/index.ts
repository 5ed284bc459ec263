/** The only door of the engine. */
export type { Engine, EngineHandlers, EngineListener, EngineSettings, ShellHandlers, WriteRowsRequest } from './api.ts';
export { createEngine } from './engine.ts';
export { writeAtomically } from './export/atomic-file.ts';
export { createRowWriter } from './export/row-writer.ts';
