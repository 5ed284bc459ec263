/**
 * Readers of plain data that came from elsewhere (a window, a file): each checks one value and returns it typed. Objects
 * are built anew from their known keys only, so that nothing else (`__proto__` included) gets any further.
 */
import { EngineError } from './errors.ts';

/** A plain object whose own keys can be read; arrays and class instances of other kinds are not. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws EngineError `bad-argument`; `at` names the value in its message. */
export type Reader<T> = (value: unknown, at: string) => T;
export type Shape<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

export function refuse(at: string, expected: string): never {
  throw new EngineError('bad-argument', `${at} must be ${expected}.`);
}

export const text: Reader<string> = (value, at) => (typeof value === 'string' ? value : refuse(at, 'text'));
export const flag: Reader<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(at, 'true or false'));
export const number: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refuse(at, 'a number');
export const whole: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(at, 'a whole number');
export const count: Reader<number> = (value, at) => {
  const size = whole(value, at);
  return size >= 0 ? size : refuse(at, 'zero or more');
};

export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value, at) =>
    value === undefined ? undefined : reader(value, at);

export const list =
  <T>(reader: Reader<T>): Reader<readonly T[]> =>
  (value, at) =>
    Array.isArray(value) ? value.map((entry, index) => reader(entry, `${at}[${index}]`)) : refuse(at, 'a list');

export const oneOf =
  <const T extends string>(...words: readonly T[]): Reader<T> =>
  (value, at) =>
    words.find((word) => word === value) ?? refuse(at, `one of ${words.join(', ')}`);

/** Absent keys stay absent: handlers may tell them from present ones. */
export const shape =
  <T extends object>(readers: Shape<T>): Reader<T> =>
  (value, at) => {
    if (!isPlain(value)) refuse(at, 'an object');
    const result: Partial<T> = {};
    for (const key in readers) {
      const read = readers[key](Object.hasOwn(value, key) ? value[key] : undefined, `${at}.${key}`);
      if (read !== undefined) result[key] = read;
    }
    return isComplete(result) ? result : refuse(at, 'complete');
  };

/** Every reader of a required key has returned a value or refused. */
const isComplete = <T extends object>(_result: Partial<T>): _result is T => true;
