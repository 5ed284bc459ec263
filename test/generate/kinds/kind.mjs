/**
 * What every kind of log provides. A record is a byte string (one character per byte, ready for latin1) that ends
 * with a newline; hostile records may hold several lines, none at all that parses, or bytes of no encoding.
 *
 * @typedef {object} Kind
 * @property {string} header lines before the first record, possibly none
 * @property {(progress: number) => string} record the next good record; progress is 0 at the start and 1 at the end
 * @property {() => string} hostileRecord a record that tries the reader's patience
 * @property {boolean} isMultiLine whether records may have several lines, which are then counted
 */

/**
 * @typedef {object} KindContext
 * @property {import('../random.mjs').Random} random
 * @property {import('../clock.mjs').Clock} clock
 * @property {number} paths number of distinct paths that requests choose from
 * @property {number} clients number of distinct clients
 * @property {number} longLineBytes length of an over-long line
 */

/** Bytes of no text; without newline, so that they stay one line. @param {import('../random.mjs').Random} random */
export function binaryBytes(random) {
  let bytes = '';
  for (let i = random.between(5, 60); i > 0; i--) {
    const byte = random.below(256);
    bytes += String.fromCharCode(byte === 0x0a ? 0x0b : byte);
  }
  return bytes;
}

/** The record with another line end. @param {string} record */
export function withCrlf(record) {
  return `${record.slice(0, -1)}\r\n`;
}

/** The record cut off somewhere. @param {import('../random.mjs').Random} random @param {string} record */
export function truncated(random, record) {
  return `${record.slice(0, random.between(1, record.length - 1))}\n`;
}
