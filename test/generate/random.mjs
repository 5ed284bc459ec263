const fourDigits = Array.from({ length: 0x1_0000 }, (_, bits) => bits.toString(16).padStart(4, '0'));

/**
 * A small seeded source of random numbers (sfc32, Chris Doty-Humphrey's Small Fast Counting generator): the same
 * seed gives the same bytes on every machine and version of Node, which Math.random cannot promise.
 */
export class Random {
  /** @param {number} seed any integer */
  constructor(seed) {
    this.a = 0x9e3779b9 ^ seed;
    this.b = 0x243f6a88 ^ Math.floor(seed / 0x1_0000_0000);
    this.c = 0xb7e15162;
    this.counter = 1;
    // The first rounds still show the seed.
    for (let i = 0; i < 15; i++) this.next();
  }

  /** The next 32 bits, as an integer from 0. */
  next() {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  fraction() {
    return this.next() / 0x1_0000_0000;
  }

  /** An integer from 0 to below `n`. @param {number} n */
  below(n) {
    return Math.floor((this.next() / 0x1_0000_0000) * n);
  }

  /** An integer from `low` to below `high`. @param {number} low @param {number} high */
  between(low, high) {
    return low + this.below(high - low);
  }

  /** Few low indices often, many high ones seldom. @param {number} n */
  skewed(n) {
    const u = this.next() / 0x1_0000_0000;
    return Math.floor(u * u * u * n);
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability * 0x1_0000_0000;
  }

  /** @template T @param {readonly T[]} values @returns {T} */
  pick(values) {
    return values[this.below(values.length)];
  }

  /** Eight hexadecimal digits. */
  hex() {
    const bits = this.next();
    return fourDigits[bits >>> 16] + fourDigits[bits & 0xffff];
  }
}
