/**
 * The file system as it is, for files that the user names: Electron's own `fs` takes whatever is called `x.asar` for
 * an archive and looks into it.
 */
import plain from 'node:fs';
import { createRequire } from 'node:module';

type FileSystem = typeof plain;

/** `require` works from app.asar and from the unpacked worker alike. */
const original: FileSystem | undefined =
  process.versions['electron'] === undefined ? undefined : createRequire(import.meta.url)('original-fs');

export const userFiles: FileSystem = original ?? plain;
