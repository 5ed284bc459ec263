/** Reads the user's format files. */
import type { CustomFormat } from './format.ts';

export function loadCustomFormats(_folder: string): Promise<readonly CustomFormat[]> {
  return Promise.resolve([]);
}
