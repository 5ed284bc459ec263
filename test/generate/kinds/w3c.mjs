/** W3C extended log as IIS writes it; its `#Fields:` change on the way, as after a restart with other settings. */
import { isoSecond } from '../clock.mjs';
import { makeClients, makeMethod, makePaths, makeQuery, makeSize, makeStatus } from '../requests.mjs';
import { userAgents, users } from '../words.mjs';
import { withCrlf } from './kind.mjs';

const layouts = [
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
  'date time cs-host c-ip cs-username cs-method cs-uri-stem cs-uri-query cs-version sc-status sc-bytes cs-bytes time-taken cs(User-Agent)',
];
const agents = userAgents.map((agent) => agent.replaceAll(' ', '+'));

/** Share of the log after which the server was started anew. */
const restartEvery = 0.25;

/** @param {import('./kind.mjs').KindContext} context @returns {import('./kind.mjs').Kind} */
export function w3cKind({ random, clock, paths: pathCount }) {
  const clients = makeClients(random, 5000);
  const paths = makePaths(random, Math.min(pathCount, 20_000));
  const formatSecond = isoSecond(' ');
  let starts = 0;
  let isSecondLayout = false;

  /** @param {string} second as 2026-03-01 12:34:56 */
  function directives(second) {
    isSecondLayout = starts++ % 2 === 1;
    return `#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: ${second}\n#Fields: ${layouts[isSecondLayout ? 1 : 0]}\n`;
  }

  /** @param {number} progress */
  function row(progress) {
    const second = formatSecond(clock.next());
    const head = progress >= starts * restartEvery ? directives(second) : '';
    const method = makeMethod(random);
    const path = paths[random.skewed(paths.length)];
    const query = random.chance(0.3) ? makeQuery(random).slice(1) : '-';
    const client = clients[random.skewed(clients.length)];
    const user = random.chance(0.05) ? random.pick(users) : '-';
    const agent = random.pick(agents);
    const status = makeStatus(random, progress);
    const taken = random.skewed(9000);
    if (isSecondLayout) {
      const sizes = `${makeSize(random)} ${random.between(100, 4000)}`;
      return `${head}${second} www.example.com ${client} ${user} ${method} ${path} ${query} HTTP/1.1 ${status} ${sizes} ${taken} ${agent}\n`;
    }
    const referrer = random.chance(0.5) ? 'https://www.example.com/' : '-';
    const codes = random.chance(0.98) ? '0 0' : '0 64';
    return `${head}${second} 10.0.0.5 ${method} ${path} ${query} 443 ${user} ${client} ${agent} ${referrer} ${status} ${codes} ${taken}\n`;
  }

  const hostileRecords = [
    () => withCrlf(row(0)),
    () => row(0).replace(/ \S+\n/, '\n'),
    () => '#Remark: a directive in the middle\n',
    () => 'garbage\n',
    () => '\n',
  ];

  return { header: '', record: row, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: true };
}
