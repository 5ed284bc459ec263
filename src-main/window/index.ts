export {
  parseServeArguments,
  parseWindowArguments,
  withSettings,
  type ServeArguments,
  type WindowArguments,
} from './arguments.ts';
export { contentPolicy, headersOf, readBundleFile, type BundleFile } from './bundle.ts';
export { createFilesToOpen, type FilesToOpen } from './files-to-open.ts';
export { createClientHandlers, type ClientHandlers } from './client-views.ts';
export { createEngineSettings } from './engine-settings.ts';
export { safeFileName } from './file-name.ts';
