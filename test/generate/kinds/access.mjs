/** Combined access log, as Apache and nginx write it. */
import { accessSecond } from '../clock.mjs';
import { makeClients, makeMethod, makePaths, makeQuery, makeSize, makeStatus } from '../requests.mjs';
import { flat, foreignTexts, userAgents, users } from '../words.mjs';
import { binaryBytes, truncated, withCrlf } from './kind.mjs';

/** @param {import('./kind.mjs').KindContext} context @returns {import('./kind.mjs').Kind} */
export function accessKind({ random, clock, paths: pathCount, clients: clientCount, longLineBytes }) {
  const clients = makeClients(random, clientCount);
  const paths = makePaths(random, pathCount);
  const formatTime = accessSecond();
  const referrers = ['-', '-', '-', 'https://www.google.com/', 'https://duckduckgo.com/', 'https://www.example.com/'];

  const agents = userAgents.map((agent) => flat(`" "${agent}"`));

  function client() {
    // Half of the traffic comes from few clients, the other half from all of them.
    return clients[random.chance(0.5) ? random.skewed(clients.length) : random.below(clients.length)];
  }

  function path() {
    return paths[random.chance(0.6) ? random.skewed(paths.length) : random.below(paths.length)];
  }

  function referrer() {
    return random.chance(0.55) ? `https://www.example.com${path()}` : random.pick(referrers);
  }

  /** @param {string} quoted the request @param {string} rest everything after its closing quote */
  function line(quoted, rest) {
    const user = random.chance(0.02) ? random.pick(users) : '-';
    return `${client()} - ${user} ${formatTime(clock.next())} "${quoted}"${rest}\n`;
  }

  function request() {
    const query = random.chance(0.35) ? makeQuery(random) : '';
    return `${makeMethod(random)} ${path()}${query}${random.chance(0.3) ? ' HTTP/1.1' : ' HTTP/2.0'}`;
  }

  /** @param {number} progress */
  function answer(progress) {
    return ` ${makeStatus(random, progress)} ${makeSize(random)} "${referrer()}${random.pick(agents)}`;
  }

  /** @param {number} progress */
  function record(progress) {
    return line(request(), answer(progress));
  }

  const hostileRecords = [
    // Unparsed: broken quotes, missing fields, no log at all.
    () => line(request(), ` 200 ${makeSize(random)} "-" "Mozilla/5.0 (compatible; Googlebot/2.1`),
    () => line(request(), ` 200 "-" "${random.pick(userAgents)}"`),
    () => line(request(), ` 200 ${makeSize(random)}`),
    () => truncated(random, record(0)),
    () => `${binaryBytes(random)}\n`,
    () => 'AH00558: httpd: Could not reliably determine the server name\n',
    // Parsed, with a request that is none.
    () => line('-', ' 408 0 "-" "-"'),
    () => line('\\x16\\x03\\x01\\x02\\x00\\x01\\x00', ' 400 226 "-" "-"'),
    () => line('\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\xfe', ' 400 157 "-" "-"'),
    () => line('GET /old-browser', ' 200 12 "-" "-"'),
    () => line('t3 12.1.2', ' 400 0 "-" "-"'),
    () => line('quit', ' 400 - "-" "-"'),
    // Parsed, with odd values.
    () => line(request(), ` 404 - "-" "${random.pick(userAgents)}"`),
    () => line(request(), ' 200 17 "-" "say \\"hello\\" \\\\ twice"'),
    () => line(request(), ' 200 17 "" ""'),
    () => line('GET /empty-query? HTTP/1.1', ' 200 17 "-" "curl/8.12.1"'),
    () => line('GET /a?b=?c=%3F&d=a+b HTTP/1.1', ' 200 17 "-" "curl/8.12.1"'),
    () => line('OPTIONS * HTTP/1.0', ' 200 - "-" "Apache/2.4 (internal dummy connection)"'),
    () => line('PROPFIND /dav/ HTTP/1.1', ' 207 991 "-" "Microsoft-WebDAV-MiniRedir/10.0.19045"'),
    () => line('CONNECT www.example.org:443 HTTP/1.1', ' 405 0 "-" "-"'),
    () => line('GET http://www.example.org/proxy?x=1 HTTP/1.1', ' 200 0 "-" "-"'),
    () => line(request(), ` 200 17 "https://example.com/?q=${random.pick(foreignTexts)}" "curl/8.12.1"`),
    () => line(request(), ' 200 17 "-" "latin1 \xe4\xf6\xfc, cut \xec\x83 and a lone \r return, tab \t and NUL \0"'),
    () => line(`GET /${'x'.repeat(longLineBytes)} HTTP/1.1`, ' 414 0 "-" "-"'),
    () => `crawl-66-249.example.com${record(0).replace(/^\S+/, '')}`,
    () => withCrlf(record(0)),
    () => '\n',
    () => '\r\n',
  ];

  return { header: '', record, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: false };
}
