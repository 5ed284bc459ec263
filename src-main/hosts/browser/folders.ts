/**
 * What a page's file chooser shows: one folder, folders first, by name; hidden entries, and what is neither file
 * nor folder, are left out. The same rights as the user who started the host.
 */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EngineError } from '../../../src-shared/errors.ts';
import type { FolderListing } from '../../../src-shared/protocol.ts';

type Entry = FolderListing['entries'][number];

/** Asked at once about so many entries: a folder on a network share answers each one slowly. */
const statBatch = 32;

export async function listFolder(asked: string | undefined): Promise<FolderListing> {
  const path = asked === undefined || asked === '' ? homedir() : resolve(asked.replace(/^~(?=$|[/\\])/, homedir()));
  const names = (await readNames(path)).filter((name) => !name.startsWith('.'));
  const entries: Entry[] = [];
  for (let from = 0; from < names.length; from += statBatch) {
    const batch = names.slice(from, from + statBatch).map((name) => describe(join(path, name), name));
    for (const entry of await Promise.all(batch)) if (entry !== undefined) entries.push(entry);
  }
  const parent = dirname(path);
  return {
    path,
    parent: parent === path ? undefined : parent,
    entries: entries.toSorted(byKindAndName),
    places: await findPlaces(),
  };
}

async function readNames(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    switch (code) {
      case 'ENOENT':
        throw new EngineError('not-found', `There is no folder ${path}.`);
      case 'ENOTDIR':
        throw new EngineError('not-found', `${path} is a file, not a folder.`);
      case 'EACCES':
      case 'EPERM':
        throw new EngineError('not-readable', `You may not read the folder ${path}.`);
      default:
        throw new EngineError('not-readable', `The folder ${path} cannot be read (${String(code ?? error)}).`);
    }
  }
}

async function describe(path: string, name: string): Promise<Entry | undefined> {
  const found = await statIfThere(path);
  if (found?.isDirectory() === true) return { name, path, kind: 'folder', modified: Math.floor(found.mtimeMs) };
  if (found?.isFile() !== true) return undefined;
  return { name, path, kind: 'file', bytes: found.size, modified: Math.floor(found.mtimeMs) };
}

/** Undefined for a link to nowhere, a file that has just gone, or one behind a closed door. */
async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function byKindAndName(left: Entry, right: Entry): number {
  if (left.kind !== right.kind) return left.kind === 'folder' ? -1 : 1;
  return byName.compare(left.name, right.name);
}

/** Where people start: their home, where the program was started, the system's logs, the roots. */
async function findPlaces(): Promise<FolderListing['places']> {
  const wanted = [
    { name: 'Home', path: homedir() },
    { name: 'Started in', path: process.cwd() },
    { name: 'System logs', path: '/var/log' },
    ...roots(),
  ];
  const found = await Promise.all(wanted.map(async ({ path }) => (await statIfThere(path))?.isDirectory() === true));
  const existing = wanted.filter((_, at) => found[at]);
  return existing.filter(({ path }, at) => existing.findIndex((other) => other.path === path) === at);
}

function roots(): FolderListing['places'] {
  if (process.platform !== 'win32') return [{ name: 'Root', path: '/' }];
  return Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => ({ name: `${letter}:`, path: `${letter}:\\` }));
}
