/** The only door of the engine. */
export type { Engine, EngineHandlers, EngineListener, EngineSettings, ShellHandlers, WriteRowsRequest } from './api.ts';
export { createEngine } from './engine.ts';
