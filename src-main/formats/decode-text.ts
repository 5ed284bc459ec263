/** Decoding of narrow encodings where TextDecoder alone is not right. */

/** Decodes whole texts in an encoding (a WHATWG label); what is not valid becomes U+FFFD. */
export function textDecoderFor(encoding: string): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  // Node 20 reads windows-1252 as Latin-1 (0x80 as U+0080, not the euro sign) unless it decodes a stream.
  if (decoder.encoding === 'windows-1252') return (bytes) => decoder.decode(bytes, { stream: true }) + decoder.decode();
  return (bytes) => decoder.decode(bytes);
}
