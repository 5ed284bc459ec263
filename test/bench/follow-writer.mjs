/**
 * A process that appends access log lines to files in turn at a steady rate and never waits for who reads them:
 * `node follow-writer.mjs FILE[,FILE...] LINES_A_SECOND SECONDS`. One request in twenty fails, so that a filter has a known
 * number of rows. Prints one JSON array at its end: [ms since the epoch, lines, bytes] after each write.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

const [paths, rateText, secondsText] = process.argv.slice(2);
const rate = Number(rateText);
const lines = rate * Number(secondsText);
const everyMs = 10;
/** One request in so many fails. */
const failEvery = 20;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (/** @type {number} */ value) => String(value).padStart(2, '0');

/** As access logs write it, in UTC. @param {number} ms */
function clock(ms) {
  const at = new Date(ms);
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${time} +0000`;
}

const agents = ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'curl/8.5.0'];
const fds = paths.split(',').map((path) => openSync(path, 'a'));
/** @type {(readonly [number, number, number])[]} */
const writes = [];
const started = performance.now();
let written = 0;
let bytes = 0;
while (written < lines) {
  const due = Math.min(lines, Math.floor(((performance.now() - started) / 1000) * rate));
  const time = clock(Date.now());
  const texts = fds.map(() => '');
  for (; written < due; written++) {
    const status = written % failEvery === 0 ? 503 : written % 7 === 0 ? 304 : 200;
    texts[written % fds.length] +=
      `10.${written % 5}.${written % 90}.${written % 200} - - [${time}] "GET /shop/item/${written % 4000}?n=${written} HTTP/1.1" ${status} ${written % 30_000} "https://example.org/list?page=${written % 300}" "${agents[written % 2]}"\n`;
  }
  fds.forEach((fd, at) => {
    if (texts[at] !== '') bytes += writeSync(fd, texts[at]);
  });
  if (texts.some((text) => text !== '')) writes.push([Date.now(), written, bytes]);
  // oxlint-disable-next-line no-await-in-loop
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
for (const fd of fds) closeSync(fd);
console.log(JSON.stringify(writes));
