/** Syslog: RFC 3164 as files have it (no priority, no year), or RFC 5424. */
import { isoSecond, millisecond, syslogSecond, three } from '../clock.mjs';
import { makeClients } from '../requests.mjs';
import { foreignTexts, nouns, users } from '../words.mjs';
import { binaryBytes, withCrlf } from './kind.mjs';

const programs = ['sshd', 'CRON', 'systemd-logind', 'postfix/smtpd', 'kernel', 'dhclient', 'named'];

/** @param {import('./kind.mjs').KindContext & { readonly dialect: string | undefined }} context @returns {import('./kind.mjs').Kind} */
export function syslogKind({ random, clock, dialect, longLineBytes }) {
  const clients = makeClients(random, 500);
  const hosts = ['db-1', 'web-1', 'ip-10-77-20-248'];
  const formatSyslog = syslogSecond();
  const formatIso = isoSecond('T');

  function text() {
    switch (random.below(5)) {
      case 0:
        return `Failed password for invalid user ${random.pick(users)} from ${random.pick(clients)} port ${random.between(1024, 65_536)} ssh2`;
      case 1:
        return `pam_unix(cron:session): session opened for user ${random.pick(users)} by (uid=0)`;
      case 2:
        return `[${random.below(99_999)}.${random.between(100_000, 999_999)}] eth0: link ${random.chance(0.5) ? 'up' : 'down'}`;
      case 3:
        return `(${random.pick(users)}) CMD (/usr/local/bin/${random.pick(nouns)} --quiet > /dev/null 2>&1)`;
      default:
        return random.chance(0.2) ? random.pick(foreignTexts) : `status ${random.pick(nouns)}: ${random.below(100)} %`;
    }
  }

  /** @param {string} message */
  function line3164(message) {
    const program = random.pick(programs);
    const pid = program === 'kernel' ? '' : `[${random.between(300, 32_768)}]`;
    const priority = dialect === 'rfc3164-pri' ? `<${random.below(192)}>` : '';
    return `${priority}${formatSyslog(clock.next())} ${random.pick(hosts)} ${program}${pid}: ${message}\n`;
  }

  /** @param {string} message */
  function line5424(message) {
    const timeMs = clock.next();
    const data = random.chance(0.3)
      ? `[exampleSDID@32473 iut="${random.below(9)}" eventSource="say \\"hi\\" \\] \\\\"][meta@1 sequence="${random.next()}"]`
      : '-';
    const zone = random.chance(0.5) ? 'Z' : '+05:30';
    const time = random.chance(0.02) ? '-' : `${formatIso(timeMs)}.${three(millisecond(timeMs))}${zone}`;
    const pid = random.chance(0.9) ? random.between(300, 32_768) : '-';
    return `<${random.below(192)}>1 ${time} ${random.pick(hosts)} ${random.pick(programs)} ${pid} ID${random.below(60)} ${data} ${message}\n`;
  }

  const line = dialect === 'rfc5424' ? line5424 : line3164;
  const record = () => line(text());
  const hostileRecords = [
    () => `${binaryBytes(random)}\n`,
    () => 'not a syslog line\n',
    () => line('  two leading spaces'),
    () => line('latin1 \xe4\xf6\xfc, cut \xec\x83, a lone \r return, tab \t and NUL \0'),
    () => line('x'.repeat(longLineBytes)),
    () => withCrlf(record()),
    () => '\n',
  ];

  return { header: '', record, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: false };
}
