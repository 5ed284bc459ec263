/**
 * Bytes that do not go over the channel: dropped files up to the local browser host, finished exports down from it.
 */
import { EngineError } from '../../src-shared/errors.ts';

/** Uploads a file to the host's spool; answers the path to open. `onProgress` gets 0 to 1. */
export function uploadFile(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // fetch tells no progress of what it sends.
    const request = new XMLHttpRequest();
    const fail = (message: string): void => reject(new EngineError('not-readable', message));
    request.open('POST', new URL(`upload?name=${encodeURIComponent(file.name)}`, document.baseURI));
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      const path = textAt(request.response, 'path');
      if (request.status >= 200 && request.status < 300 && path !== undefined) resolve(path);
      else fail(textAt(request.response, 'message') ?? `"${file.name}" was not accepted (status ${request.status}).`);
    });
    request.addEventListener('error', () => fail(`"${file.name}" could not be sent to the program.`));
    request.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** Has the browser save a finished export. */
export function download(href: string): void {
  const link = document.createElement('a');
  link.href = new URL(href, document.baseURI).href;
  link.download = '';
  link.click();
}

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : undefined;
}
