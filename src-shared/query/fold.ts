/**
 * Unicode simple case folding, as regular expressions with the flags i and u do it: ſ is s, K (Kelvin) is k,
 * ß is not ss, and İ and ı are themselves. Texts that fold alike are equal ignoring case; lengths stay the same.
 */

/**
 * Signs whose folding is not what toLowerCase makes of them within a text: a final sigma, letters with more than
 * one lower case, signs that fold alike without sharing a case. A test finds this list anew.
 */
const special =
  /[\u0345\u00b5\u0130\u017f\u03a3\u03c2\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f5\u1c80-\u1c88\u1e9b\u1fbe\u1fd3\u1fe3\ufb05]/;

/** Alike for all texts that differ only in case. */
export function fold(text: string): string {
  return special.test(text) ? foldEach(text) : text.toLowerCase();
}

function foldEach(text: string): string {
  let folded = '';
  for (const sign of text) folded += foldSign(sign);
  return folded;
}

/**
 * Where CaseFolding.txt (Unicode 15.1) differs from the case mappings: the dotless i folds with i for Turkic alone,
 * and three signs fold with twins that are written alike.
 */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

/** The folding of one code point: the lower case of its upper case where both are single. */
export function foldSign(sign: string): string {
  const exception = exceptions.get(sign);
  if (exception !== undefined) return exception;
  const upper = sign.toUpperCase();
  const base = upper.length === sign.length ? upper : sign;
  const lower = base.toLowerCase();
  return lower.length === sign.length ? lower : sign;
}

/** Orders two texts by code point; negative, zero or positive. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, yet below U+E000 as code units. */
const codePointRank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
