/** Collects differences between what was expected and what came, by what they are about, and prints them. */

/**
 * @typedef {{ readonly count: number, readonly examples: readonly string[] }} Group
 */

/** Examples kept of each group; more are only counted. */
const examplesPerGroup = 20;

export class Differences {
  constructor() {
    /** @type {Map<string, { count: number, examples: string[] }>} */
    this.groups = new Map();
    this.count = 0;
  }

  /** @param {string} about what differs, such as `field path` @param {string} example @param {number} [count] */
  add(about, example, count = 1) {
    const group = this.groups.get(about) ?? { count: 0, examples: [] };
    this.groups.set(about, group);
    group.count += count;
    this.count += count;
    if (group.examples.length < examplesPerGroup) group.examples.push(example);
  }

  /**
   * Adds a difference unless both values are the same as JSON.
   * @param {string} about @param {string} where @param {unknown} expected @param {unknown} actual
   */
  expect(about, where, expected, actual) {
    if (isSame(expected, actual)) return;
    this.add(about, `${where}expected ${brief(expected)}, got ${brief(actual)}`);
  }

  /**
   * As `expect`, for lists of names: says where they part.
   * @param {string} about @param {string} where @param {readonly string[]} expected @param {readonly string[]} actual
   */
  expectList(about, where, expected, actual) {
    if (isSame(expected, actual)) return;
    const at = [...expected, undefined].findIndex((name, index) => name !== actual[index]);
    const [missing, extra] = [
      expected.filter((name) => !actual.includes(name)),
      actual.filter((name) => !expected.includes(name)),
    ];
    this.add(
      about,
      `${where}from ${at + 1} on expected ${brief(expected.slice(at, at + 4))}, got ${brief(actual.slice(at, at + 4))}; missing ${brief(missing)}, too many ${brief(extra)}`,
    );
  }

  /** Lines for people: each group with its count, and together at most `shown` examples. @param {number} shown */
  report(shown) {
    const perGroup = Math.max(1, Math.floor(shown / Math.max(1, this.groups.size)));
    return [...this.groups].flatMap(([about, { count, examples }]) => [
      `  ${about}: ${count}`,
      ...examples.slice(0, perGroup).map((example) => `    ${example}`),
    ]);
  }
}

/**
 * Deep equality of JSON values; the order of keys does not count here.
 * @param {unknown} a @param {unknown} b @returns {boolean}
 */
export function isSame(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

/** A value short enough to be shown. @param {unknown} value */
export function brief(value) {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 160 ? text : `${text.slice(0, 110)}…${text.slice(-40)} (${text.length} characters)`;
}
