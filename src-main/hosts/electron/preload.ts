/**
 * All that the page sees of Electron: a port when it asks for one, and the path of a dropped file. Runs sandboxed,
 * as one CommonJS file that may require nothing but electron.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** The page's window; this program's Node side has no types of pages. */
declare const window: {
  postMessage(message: string, targetOrigin: string, transfer: Transferable[]): void;
};

// Named again in ports.ts: a preload can share no file with the main process.
const portRequest = 'request-port';
const portAnswer = 'engine-port';

// A port cannot cross the context bridge; a message to the window can carry it.
ipcRenderer.on(portAnswer, (event) => window.postMessage(portAnswer, '*', event.ports));

contextBridge.exposeInMainWorld('host', {
  requestPort: (): void => ipcRenderer.send(portRequest),
  pathOf: (file: File): string => webUtils.getPathForFile(file),
  platform: process.platform,
});
