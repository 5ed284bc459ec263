/** Application log in the layout of logback, with stack traces of Java and Python over many lines. */
import { isoSecond, millisecond, three } from '../clock.mjs';
import { foreignTexts, javaExceptions, loggers, nouns, pythonExceptions, users } from '../words.mjs';
import { binaryBytes, withCrlf } from './kind.mjs';

const levels = [...Array(8).fill('DEBUG'), ...Array(24).fill('INFO '), 'WARN ', 'WARN ', 'ERROR', 'TRACE'];

/** Share of records with a stack trace. */
const traceShare = 0.03;

/** @param {import('./kind.mjs').KindContext} context @returns {import('./kind.mjs').Kind} */
export function appKind({ random, clock, longLineBytes }) {
  const formatSecond = isoSecond(' ');
  const threads = ['main', 'scheduling-1', 'http-nio-8080-exec-1', 'http-nio-8080-exec-2', 'http-nio-8080-exec-3'];

  function time() {
    const timeMs = clock.next();
    return `${formatSecond(timeMs)}.${three(millisecond(timeMs))}`;
  }

  /** @param {string} level @param {string} message */
  function line(level, message) {
    return `${time()} ${level} [${random.pick(threads)}] ${random.pick(loggers)} - ${message}\n`;
  }

  function text() {
    switch (random.below(8)) {
      case 0:
        return `order ${random.next()} of ${random.pick(users)} accepted: ${random.between(1, 9)} items`;
      case 1:
        return `request GET /api/v1/${random.pick(nouns)}s/${random.below(9999)} completed in ${random.skewed(3000)} ms`;
      case 2:
        return `cache '${random.pick(nouns)}' evicted ${random.below(500)} entries [retry ${random.below(5)}/5]`;
      case 3:
        return `HikariPool-1 - Pool stats (total=${random.below(20)}, active=${random.below(20)}, idle=0, waiting=${random.below(5)})`;
      case 4:
        return random.pick(foreignTexts);
      case 5:
        return `payload {"id":${random.next()},"kind":"${random.pick(nouns)}"} - status=${random.pick(['new', 'paid', 'sent'])}`;
      case 6:
        return `several lines follow:\n  first ${random.pick(nouns)}\n\n  third line at ${random.below(100)} %`;
      default:
        return `user ${random.pick(users)} logged in from ${random.below(256)}.${random.below(256)}.0.${random.below(256)}`;
    }
  }

  function javaTrace() {
    let trace = `${random.pick(javaExceptions)}\n`;
    for (let i = random.between(3, 18); i > 0; i--) {
      trace += `\tat com.example.shop.${random.pick(nouns)}.Handler$${i}.invoke(Handler.java:${random.between(10, 900)})\n`;
    }
    if (random.chance(0.4))
      trace += `Caused by: ${random.pick(javaExceptions)}\n\tat com.example.Db.get(Db.java:7)\n\t... 12 more\n`;
    return trace;
  }

  function pythonTrace() {
    let trace = 'Traceback (most recent call last):\n';
    for (let i = random.between(1, 6); i > 0; i--) {
      trace += `  File "/srv/app/${random.pick(nouns)}.py", line ${random.between(3, 700)}, in handle\n    return self.next(request)\n`;
    }
    return `${trace}${random.pick(pythonExceptions)}\n`;
  }

  function record() {
    if (!random.chance(traceShare)) return line(random.pick(levels), text());
    const trace = random.chance(0.75) ? javaTrace() : pythonTrace();
    return line('ERROR', `unhandled exception in ${random.pick(nouns)}`) + trace;
  }

  const hostileRecords = [
    () => `${binaryBytes(random)}\n`,
    () => `${line('INFO ', '').slice(0, random.between(1, 15))}\n`,
    () => '2026-03-01 was a good day\n',
    () => '   indented continuation\n',
    () => `${line('INFO ', 'blank lines follow')}\n\n`,
    () => line('INFO ', '   leading and trailing spaces   '),
    () => line('INFO ', 'latin1 \xe4\xf6\xfc, cut \xec\x83, a lone \r return, tab \t and NUL \0'),
    () => line('INFO ', 'x'.repeat(longLineBytes)),
    () => line('INFO ', ''),
    () => line('INFO ', '-'),
    () => line('ERROR', 'looks like one: java.lang.IllegalStateException: but has no frames'),
    () => `${line('ERROR', 'windows')}${javaTrace()}`.replaceAll('\n', '\r\n'),
    () => withCrlf(line('WARN ', 'carriage return')),
    () => '\n',
    () => '\r\n',
  ];

  return { header: '', record, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: true };
}
