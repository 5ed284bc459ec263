/** HTTP request lines in bytes: `METHOD target PROTOCOL` (RFC 9112, 3). */

const space = 32;
const questionMark = 63;
const slash = 47;
const dot = 46;

/** RFC 9110, 5.6.2: what a method is made of. */
export const isTokenByte = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  isTokenByte[character.charCodeAt(0)] = 1;
}

/** Where the parts of the last request line stand. */
export class RequestLine {
  /** The method ends here, the target begins one byte further. */
  methodEnd = 0;
  /** The target ends here, the protocol begins one byte further. */
  targetEnd = 0;

  /** True when [start, end) is a request line: three parts with one space between two. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && isTokenByte[bytes[at]] === 1) at++;
    if (at === start || at >= end || bytes[at] !== space) return false;
    this.methodEnd = at;
    const targetAt = at + 1;
    for (at = targetAt; at < end && bytes[at] !== space; at++);
    this.targetEnd = at;
    return at > targetAt && isProtocol(bytes, at + 1, end);
  }
}

/** `HTTP/1.1`, `HTTP/2`: a name, a slash, a number with or without a fraction. */
function isProtocol(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] | 32) >= 97 && (bytes[at] | 32) <= 122) at++;
  if (at === start || at >= end || bytes[at] !== slash) return false;
  at = digitsEnd(bytes, at + 1, end);
  if (at < end && bytes[at] === dot) at = digitsEnd(bytes, at + 1, end);
  return at === end && bytes[end - 1] !== slash && bytes[end - 1] !== dot;
}

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at;
}

/** Position of the first `?`, or `end`. */
export function queryMark(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== questionMark) at++;
  return at;
}
