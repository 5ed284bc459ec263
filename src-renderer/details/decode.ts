/** Percent-encoding made readable, as an extra beside the text that the log has. Pure. */

const encoded = /%[0-9a-fA-F]{2}/;

/** The decoded text; undefined when there is nothing to decode or the bytes are no UTF-8. Plus signs stay. */
export function decodePercent(text: string): string | undefined {
  if (!encoded.test(text)) return undefined;
  try {
    // A lone percent sign is text, not a broken escape.
    const decoded = decodeURIComponent(text.replace(/%(?![0-9a-fA-F]{2})/g, '%25'));
    return decoded === text ? undefined : decoded;
  } catch {
    return undefined;
  }
}
