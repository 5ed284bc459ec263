/** Dictionaries whose entries are read from a stored index as they are asked for, on any thread. */
import type { Dictionary } from '../dictionary.ts';
import type { BlockCache } from './block-cache.ts';
import type { StoredDictionary } from './directory.ts';
import { decodeChunk } from './stored-texts.ts';

/** Has a dictionary read its entries from the file as they are asked for. */
export function readFrom(
  dictionary: Dictionary,
  { fd, count, chunks }: StoredDictionary & { readonly fd: number },
  cache: BlockCache,
): void {
  dictionary.store(count, (chunk, entries, forget) => {
    const place = chunks[chunk];
    const bytes = cache.read({ fd, ...place });
    const found = decodeChunk(bytes, entries, chunk, (size) => new ArrayBuffer(size)) ?? cache.damaged(fd);
    cache.keep({ bytes: found.words.byteLength + found.texts.byteLength, forget });
    return found;
  });
}
