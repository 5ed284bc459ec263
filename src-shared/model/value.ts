/**
 * The values a field of a record can have, on every thread and on every wire.
 *
 * A value is plain data and survives both structured cloning and JSON. Absent is `undefined`
 * in memory and a missing key on the wire; it is not zero, not empty text, not JSON null.
 */

/** A number whose decimal text does not survive a double (beyond 2^53, or too many digits). */
export interface ExactNumber {
  readonly exact: string;
}

/** A JSON array or an empty JSON object, kept as its source text. */
export interface JsonText {
  readonly json: string;
}

/**
 * One field's value. Instants are milliseconds since the epoch (whole, floored), levels are ordinals
 * of `levels`; the field's type says how to read a number.
 */
export type Value = string | number | boolean | ExactNumber | JsonText;

export const isExactNumber = (value: Value): value is ExactNumber => typeof value === 'object' && 'exact' in value;

export const isJsonText = (value: Value): value is JsonText => typeof value === 'object' && 'json' in value;

/** True when `text`, a JSON number, is told exactly by the double it parses to. */
export function survivesDouble(text: string): boolean {
  const parsed = Number(text);
  if (!Number.isFinite(parsed)) return false;
  if (Number.isInteger(parsed)) return Number.isSafeInteger(parsed);
  // 17 digits tell any double, and .NET writes as many where others do with fewer (8.9659000000000013).
  return significantDigits(text) <= 17 || significantDigits(String(parsed)) === significantDigits(text);
}

function significantDigits(text: string): number {
  const mantissa = text
    .replace(/[eE].*$/, '')
    .replace(/^[-+]/, '')
    .replace('.', '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '').length;
}
