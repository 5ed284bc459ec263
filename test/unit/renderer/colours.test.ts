/**
 * The colours of charts, for people who tell fewer of them apart: simulated by the matrices of Machado, Oliveira and
 * Fernandes (2009, severity 1), compared in OKLab (Ottosson, 2020) times 100.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../../src-renderer/styles/tokens.css'), 'utf8');
const darkAt = css.indexOf('@media (prefers-color-scheme: dark)');
const themes = { light: css.slice(0, darkAt), dark: css.slice(darkAt) };

type Triple = readonly [number, number, number];
const visions: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** Keys that one stack may hold. */
const stacks = {
  status: ['1xx', '2xx', '3xx', '4xx', '5xx'],
  level: ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'],
};
const leastDistance = 7;

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const apply = (rows: readonly [Triple, Triple, Triple], colour: Triple): Triple => [
  dot(rows[0], colour),
  dot(rows[1], colour),
  dot(rows[2], colour),
];
const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

function colourOf(theme: string, key: string): Triple {
  const found = new RegExp(`--series-${key}: #([0-9a-f]{6});`).exec(theme)?.[1];
  if (found === undefined) throw new Error(`no colour of ${key}`);
  const at = (place: number): number => linear(Number.parseInt(found.slice(place, place + 2), 16) / 255);
  return [at(0), at(2), at(4)];
}

function oklab(colour: Triple): Triple {
  const inGamut: Triple = [clamp(colour[0]), clamp(colour[1]), clamp(colour[2])];
  const cones = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    inGamut,
  );
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(cones[0]), Math.cbrt(cones[1]), Math.cbrt(cones[2])],
  );
}
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

describe.each(Object.entries(themes))('series colours of the %s design', (_, theme) => {
  it.each(Object.entries(stacks))('of a stack by %s stay apart for every kind of colour vision', (_stack, keys) => {
    const tooClose: string[] = [];
    for (const [vision, matrix] of Object.entries(visions)) {
      const seen = keys.map((key) => oklab(apply(matrix, colourOf(theme, key))));
      for (let a = 0; a < keys.length; a++) {
        for (let b = a + 1; b < keys.length; b++) {
          const [from, to] = [seen[a], seen[b]];
          const distance = 100 * Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]);
          if (distance < leastDistance) tooClose.push(`${vision}: ${keys[a]} and ${keys[b]}, ${distance.toFixed(1)}`);
        }
      }
    }
    expect(tooClose).toEqual([]);
  });
});
