/**
 * Log text made safe to look at: control characters and direction overrides are shown as visible signs, so that a
 * hostile line can neither hide nor reorder what it says. For display only; copies and exports keep the bytes.
 */

const unsafe =
  // C0 and C1 controls, soft hyphen, zero-width and direction signs, line separators, lone byte order marks.
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
// oxlint-disable-next-line no-control-regex
const unsafeInLines =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** One line: also line ends and tabs become signs. */
export const visibleLine = (text: string): string => text.replace(unsafe, signOf);

/** Text of several lines, in which line ends and tabs do what they do. */
export const visibleLines = (text: string): string => text.replace(unsafeInLines, signOf);

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x09) return '\u21e5 ';
  if (code === 0x0a) return '\u21b5 ';
  // Names rather than the pictures of U+2400, which most fonts lack.
  const name = code === 0x7f ? 'DEL' : controlNames[code];
  if (name !== undefined) return `\u2039${name}\u203a`;
  return `\u2039${code.toString(16).toUpperCase().padStart(4, '0')}\u203a`;
}

/** C0, by code (ECMA-48). */
const controlNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** Cuts without splitting a surrogate pair, and says so with an ellipsis. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit)}\u2026`;
}
