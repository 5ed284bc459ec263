/** JSON lines as pino and pino-http write them: nested, of several shapes, with keys that appear late. */
import { makeClients, makeMethod, makePaths, makeQuery, makeStatus } from '../requests.mjs';
import { bytesOf, foreignTexts, nouns, users } from '../words.mjs';
import { binaryBytes, truncated, withCrlf } from './kind.mjs';

const messages = [
  'cache miss',
  'server listening',
  'db timeout after 3000ms',
  'user \\"alice\\" logged in',
  'path=/a?b=c&d=\\"e\\"',
  'multi\\nline message',
  'tab\\there, slash \\/ and \\u00e9\\ud83d\\ude80',
];

/** Levels of pino by how often they occur. */
const levels = ['10', '20', '20', '20', '30', '30', '30', '30', '30', '30', '30', '40', '40', '50', '60'];

/** From this share of the log on, records have keys that none had before. */
const lateKeysFrom = 0.5;

/** @param {import('./kind.mjs').KindContext} context @returns {import('./kind.mjs').Kind} */
export function jsonKind({ random, clock, paths: pathCount, clients: clientCount, longLineBytes }) {
  const clients = makeClients(random, Math.min(clientCount, 20_000));
  const paths = makePaths(random, Math.min(pathCount, 50_000));
  const pids = [1201, 1202, 1203, 1204];
  const hosts = ['web-1', 'web-2', 'web-3'];

  /** @param {string} level */
  function head(level) {
    return `{"level":${level},"time":${clock.next()},"pid":${random.pick(pids)},"hostname":"${random.pick(hosts)}"`;
  }

  function quickMessage() {
    return random.chance(0.1) ? random.pick(foreignTexts) : random.pick(messages);
  }

  /** @param {number} progress */
  function requestRecord(progress) {
    const status = makeStatus(random, progress);
    const level = status >= '500' ? '50' : status >= '400' ? '40' : '30';
    const query = random.chance(0.4) ? makeQuery(random) : '';
    return (
      `${head(level)},"req":{"id":"req-${random.next().toString(36)}","method":"${makeMethod(random)}",` +
      `"url":"${paths[random.skewed(paths.length)]}${query}","remoteAddress":"${clients[random.skewed(clients.length)]}",` +
      `"headers":{"accept":"*/*","dnt":${random.chance(0.5)}}},"res":{"statusCode":${status}},` +
      `"responseTime":${random.chance(0.2) ? `${random.below(3000)}.${random.between(1, 10)}` : random.skewed(4000)},` +
      `"msg":"request ${status >= '500' ? 'errored' : 'completed'}"}\n`
    );
  }

  /** @param {number} progress */
  function plainRecord(progress) {
    const late =
      progress >= lateKeysFrom && random.chance(0.2)
        ? `,"tenant":"${random.pick(nouns)}","cart":{"total":${random.below(9000) / 4},"items":${random.below(9)}}`
        : '';
    return `${head(random.pick(levels))},"n":${random.below(1_000_000)}${late},"msg":"${quickMessage()}"}\n`;
  }

  function rareRecord() {
    const id = random.next();
    const extras = [
      `"orderId":9007199254740993${random.between(100, 1000)},"customer":null`,
      `"tags":["${random.pick(nouns)}","${random.pick(nouns)}"],"flags":[]`,
      `"trace_id":"${random.hex()}${random.hex()}${random.hex()}${random.hex()}","span_id":"${random.hex()}${random.hex()}"`,
      `"user":"${random.pick(users)}","settings":{}`,
      `"err":{"type":"TypeError","message":"Cannot read properties of undefined (reading '${random.pick(nouns)}')",` +
        `"stack":"TypeError: Cannot read properties\\n    at handle (/srv/app/${id}.js:4:26)\\n    at next (/srv/app/router.js:12:5)"}`,
    ];
    return `${head('50')},${random.pick(extras)},"msg":"${quickMessage()}"}\n`;
  }

  /** @param {number} progress */
  function record(progress) {
    const n = random.below(100);
    return n < 55 ? requestRecord(progress) : n < 93 ? plainRecord(progress) : rareRecord();
  }

  /** @param {string} members */
  function odd(members) {
    return `${head('30')},${members},"msg":"odd"}\n`;
  }

  const deep = `{"b":`.repeat(12);
  const hostileRecords = [
    // Unparsed: not an object, or not JSON.
    () => truncated(random, record(1)),
    () => `${binaryBytes(random)}\n`,
    () => 'Error: listen EADDRINUSE: address already in use :::3000\n',
    () => '[1,2,3]\n',
    () => '"just a string"\n',
    () => '42\n',
    () => odd('"bad":NaN'),
    () => odd("'single':1"),
    () => odd('"trailing":1,'),
    // Numbers that a double cannot hold, and ones that only look so.
    () => odd(`"big":${random.pick(['9223372036854775807', '-9223372036854775808', '12345678901234567890123'])}`),
    () => odd(`"big":${random.pick(['9007199254740991', '-9007199254740991', '0', '-1'])}`),
    () =>
      odd(`"precise":${random.pick(['3.141592653589793238462643', '0.1', '1e400', '1.5e3', '2.50', '1E-7', '-0.0'])}`),
    // One key, many types.
    () => odd('"n":"seventeen"'),
    () => odd('"n":true'),
    () => odd('"n":[1,{"a":2},null]'),
    () => odd('"n":{"inner":1}'),
    () => odd('"n":1.25'),
    () => odd('"n":null'),
    // Keys.
    () => odd('"dup":1,"dup":"last wins"'),
    () => odd('"__proto__":{"polluted":1},"constructor":"c","toString":2'),
    () => odd('"key with spaces":1,"key:colon":2,"key\\"quote":3'),
    () => odd(`"${bytesOf('키')}":"${bytesOf('값')}"`),
    () => odd(`"a":${deep}1${'}'.repeat(12)}`),
    () => odd('"dash":"-","empty":"","blank":" "'),
    // Well-known keys with values that do not fit.
    () => `{"level":"strange","time":${clock.next()},"msg":"unknown level"}\n`,
    () => `{"level":30,"time":"yesterday","msg":"no time"}\n`,
    () => `{"level":30,"msg":"no time at all"}\n`,
    () => `{"level":"WARN","time":"${new Date(clock.next()).toISOString()}","msg":"words and ISO times"}\n`,
    () =>
      `{"level":"error","time":"${new Date(clock.next()).toISOString().slice(0, 19)}.123456789+05:30","msg":"zone"}\n`,
    () => `{"level":"info","ts":${Math.floor(clock.next() / 1000)}.${random.between(100, 1000)},"msg":"seconds"}\n`,
    () => odd('"status":"ok","client_port":"none"'),
    // Bytes.
    () => odd('"bytes_of_no_text":"latin1 \xe4\xf6\xfc cut \xec\x83"'),
    () => odd(`"long":"${'x'.repeat(longLineBytes)}"`),
    () => `  ${record(1)}`,
    () => `${record(1).slice(0, -1)}  \t\n`,
    () => withCrlf(record(1)),
    () => '{}\n',
    () => '\n',
    () => '\r\n',
  ];

  return { header: '', record, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: false };
}
