/** Clients, paths, query strings and answers of web traffic, shared by the kinds that log requests. */
import { adjectives, flat, nouns, sections } from './words.mjs';

/** @typedef {import('./random.mjs').Random} Random */

/** Distinct addresses, one in twenty of them IPv6. @param {Random} random @param {number} count */
export function makeClients(random, count) {
  /** @type {Set<string>} */
  const clients = new Set();
  while (clients.size < count) {
    clients.add(
      random.chance(0.05)
        ? `2001:db8:${random.below(0xffff).toString(16)}::${random.between(1, 0xffff).toString(16)}`
        : `${random.between(1, 224)}.${random.below(256)}.${random.below(256)}.${random.between(1, 255)}`,
    );
  }
  return Array.from(clients, flat);
}

/** Distinct paths without query string, of every depth. @param {Random} random @param {number} count */
export function makePaths(random, count) {
  /** @type {Set<string>} */
  const paths = new Set(['/', '/index.html', '/robots.txt', '/favicon.ico', '/api/login', '/search', '/health']);
  while (paths.size < count) {
    const section = random.pick(sections);
    const noun = random.pick(nouns);
    const id = random.below(count * 4);
    switch (random.below(6)) {
      case 0:
        paths.add(`/${section}/${random.pick(adjectives)}-${noun}-${id}`);
        break;
      case 1:
        paths.add(`/api/v1/${noun}s/${id}/${random.pick(nouns)}s`);
        break;
      case 2:
        paths.add(`/static/assets/${noun}.${id.toString(36)}.${random.pick(['js', 'css', 'woff2', 'svg'])}`);
        break;
      case 3:
        paths.add(
          `/images/${random.between(2019, 2027)}/${section}/${noun}-${id}_${random.pick(['640x480', 'large'])}.jpg`,
        );
        break;
      case 4:
        paths.add(
          `/blog/${random.between(2015, 2027)}/${random.pick(adjectives)}-${noun}-and-the-${random.pick(nouns)}-${id}/`,
        );
        break;
      default:
        paths.add(`/${section}/%EC%83%81%ED%92%88/${noun}+${id}/${random.pick(adjectives)}`);
    }
  }
  return Array.from(paths, flat).slice(0, Math.max(1, count));
}

/** A query string with its question mark. @param {Random} random */
export function makeQuery(random) {
  switch (random.below(4)) {
    case 0:
      return `?page=${random.between(1, 400)}`;
    case 1:
      return `?q=${random.pick(nouns)}+${random.pick(adjectives)}&page=${random.between(1, 40)}&sort=price`;
    case 2:
      return `?utm_source=${random.pick(nouns)}&utm_campaign=${random.hex()}`;
    default:
      return `?id=${random.next()}&ref=${random.pick(sections)}`;
  }
}

const statuses = /** @type {const} */ ([
  ...Array(84).fill('200'),
  ...Array(4).fill('304'),
  ...Array(3).fill('301'),
  '302',
  '206',
  '204',
  ...Array(4).fill('404'),
  '403',
  '500',
]);

/** The part of the log, by progress, in which most requests fail. */
const burst = { from: 0.6, to: 0.63 };

/** @param {Random} random @param {number} progress @returns {string} a status code */
export function makeStatus(random, progress) {
  if (progress >= burst.from && progress < burst.to && random.chance(0.7)) {
    return random.pick(['500', '502', '503', '503', '504']);
  }
  return statuses[random.below(statuses.length)];
}

/** @param {Random} random @returns {string} */
export function makeMethod(random) {
  const n = random.below(100);
  return n < 86 ? 'GET' : n < 95 ? 'POST' : n < 97 ? 'PUT' : n < 98 ? 'DELETE' : n < 99 ? 'HEAD' : 'OPTIONS';
}

/** Response sizes: many small ones, few large ones. @param {Random} random */
export function makeSize(random) {
  const n = random.below(1000);
  return n === 0
    ? random.between(10_000_000, 4_000_000_000)
    : n < 50
      ? random.between(100_000, 5_000_000)
      : random.skewed(90_000);
}
