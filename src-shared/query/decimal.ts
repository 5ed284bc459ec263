/** Decimal numbers as text, compared without rounding; for numbers that no double tells. */

interface Decimal {
  readonly sign: -1 | 0 | 1;
  /** Digits without leading or trailing zeros. */
  readonly digits: string;
  /** The value is 0.digits times ten to this power. */
  readonly exponent: number;
}

const form = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** True for the numbers that a filter understands: `5`, `-1.5`, `.5`, `1e9`. */
export const isDecimal = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; both as isDecimal has them. */
export function compareDecimals(a: string, b: string): number {
  const left = readDecimal(a);
  const right = readDecimal(b);
  if (left.sign !== right.sign) return left.sign - right.sign;
  return left.sign * compareSizes(left, right);
}

function compareSizes(a: Decimal, b: Decimal): number {
  if (a.exponent !== b.exponent) return a.exponent - b.exponent;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

function readDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', power] = form.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { sign: 0, digits: '', exponent: 0 };
  const exponent = whole.length - (all.length - digits.length) + Number(power ?? 0);
  return { sign: sign === '-' ? -1 : 1, digits: digits.replace(/0+$/, ''), exponent };
}
