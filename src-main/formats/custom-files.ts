/** Reads the user's format files: the thin edge between disk and custom.ts. */
import { readdir, readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineError, errorToData, type ErrorData } from '../../src-shared/errors.ts';
import { bad } from './custom-format.ts';
import { loadCustomFormat } from './custom.ts';
import type { CustomFormat } from './format.ts';
import { families } from './registry.ts';

/** More files than these are not read: somebody took the folder for another one. */
const mostFiles = 200;

/**
 * The formats of all `*.json` files in a folder, by file name; none when there is no such folder. A file with an error
 * is left out and told to `onProblem`, so that it stops no other file from being opened.
 */
export async function loadCustomFormats(
  folder: string,
  onProblem: (problem: ErrorData) => void,
): Promise<readonly CustomFormat[]> {
  const found = await readdir(folder).catch(() => []);
  const formats: CustomFormat[] = [];
  for (const name of found
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .slice(0, mostFiles)) {
    try {
      const format = loadCustomFormat(await readFile(join(folder, name), 'utf8'), name);
      checkName(format, formats, name);
      formats.push(format);
    } catch (error) {
      onProblem(errorToData(error instanceof EngineError ? error : bad(name, 'cannot be read')));
    }
  }
  return formats;
}

/** The format of one file, of `--format FILE`. Throws `bad-format`, or `not-readable`. */
export function loadCustomFormatFile(path: string): CustomFormat {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new EngineError('not-readable', `The format file ${path} cannot be read.`);
  }
  return loadCustomFormat(text, basename(path));
}

function checkName({ name }: CustomFormat, others: readonly CustomFormat[], origin: string): void {
  if (families.some((family) => family.name === name))
    throw bad(origin, `"name": "${name}" is a format that is built in`);
  if (others.some((other) => other.name === name)) throw bad(origin, `"name": "${name}" is in another file already`);
}
