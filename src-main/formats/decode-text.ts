/**
 * Decoding of the encodings that sources are in. TextDecoder alone is not right: Node 20 knows euc-kr without the
 * 8,822 syllables that Windows added (CP949), Big5 without the characters of Hong Kong, and reads gbk's euro sign and
 * the upper controls of windows-1252 wrongly. What WHATWG says of these labels is what is meant here.
 */
import iconv from 'iconv-lite';

/** Decodes a text that comes in pieces. */
export interface TextStream {
  write(bytes: Uint8Array): string;
  /** What is left of a character that was cut. Begins anew. */
  end(): string;
}

/** Names that iconv-lite has for encodings which the platform knows in part. */
const byLibrary: ReadonlyMap<string, string> = new Map([
  ['euc-kr', 'cp949'],
  ['big5', 'big5'],
]);

/** `encoding` is a WHATWG label; what is not valid becomes U+FFFD, a byte order mark stays. */
export function textStreamFor(encoding: string): TextStream {
  const { encoding: name } = new TextDecoder(encoding);
  const library = byLibrary.get(name);
  if (library !== undefined) {
    let decoder = iconv.getDecoder(library, { stripBOM: false });
    return {
      write: (bytes) => decoder.write(asBuffer(bytes)),
      end: () => {
        const rest = decoder.end() ?? '';
        decoder = iconv.getDecoder(library, { stripBOM: false });
        return rest;
      },
    };
  }
  // WHATWG reads gbk as gb18030.
  const decoder = new TextDecoder(name === 'gbk' ? 'gb18030' : name, { ignoreBOM: true });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** Decodes whole texts, as `textStreamFor`. */
export function textDecoderFor(encoding: string): (bytes: Uint8Array) => string {
  const { encoding: name } = new TextDecoder(encoding);
  // A stream reads windows-1252 rightly in Node 20, and a single call does not.
  if (byLibrary.has(name) || name === 'gbk' || name === 'windows-1252') {
    const stream = textStreamFor(name);
    return (bytes) => stream.write(bytes) + stream.end();
  }
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  return (bytes) => decoder.decode(bytes);
}

/** Whether the bytes are valid in a narrow encoding; a character that the end cuts is not. */
export function isValidIn(encoding: string, bytes: Uint8Array): boolean {
  const { encoding: name } = new TextDecoder(encoding);
  // No byte sequence of these encodings stands for U+FFFD.
  if (byLibrary.has(name)) return !textDecoderFor(name)(bytes).includes('\uFFFD');
  try {
    new TextDecoder(name, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
