/**
 * The port of the first run, kept in the cache folder. A page's own settings (widths, panels) belong to its address,
 * so a new random port each time would forget them. Two runs at once still get two ports.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateFolder, writePrivateFile } from '../../places.ts';

const fileIn = (cacheFolder: string): string => join(cacheFolder, 'serve-port');

/** Undefined at the first run, and when the file makes no sense. */
export function readRememberedPort(cacheFolder: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(cacheFolder), 'utf8');
  } catch {
    return undefined;
  }
  const port = /^\d{1,5}\n?$/.test(text) ? Number(text) : 0;
  return port >= 1024 && port <= 65_535 ? port : undefined;
}

/** A cache folder that cannot be written costs the memory, not the program. */
export function rememberPort(cacheFolder: string, port: number, onError: (error: unknown) => void): void {
  try {
    createPrivateFolder(cacheFolder);
    writePrivateFile(fileIn(cacheFolder), `${port}\n`);
  } catch (error) {
    onError(error);
  }
}
