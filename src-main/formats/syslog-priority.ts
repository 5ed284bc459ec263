/** The `<PRI>` of syslog lines (RFC 5424, 6.2.1): facility and severity in one number. */
import { levelFromSyslogSeverity } from '../../src-shared/model/level.ts';
import { isDigit } from './time-scan.ts';

/** Names of the facilities 0 to 23, as syslog.conf has them where it has any. */
export const facilities: readonly string[] = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
];

const highestPriority = 191;

/** Length of the `<PRI>` at `at`, 0 when none stands there. */
export function priorityLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end || bytes[at] !== 60) return 0;
  let place = at + 1;
  while (place < end && place < at + 4 && isDigit(bytes[place])) place++;
  if (place === at + 1 || place >= end || bytes[place] !== 62) return 0;
  return priorityAt(bytes, at, place + 1 - at) <= highestPriority ? place + 1 - at : 0;
}

/** The number in a `<PRI>` of a length. */
export function priorityAt(bytes: Uint8Array, at: number, length: number): number {
  let priority = 0;
  for (let place = at + 1; place < at + length - 1; place++) priority = priority * 10 + bytes[place] - 48;
  return priority;
}

export const facilityOf = (priority: number): string => facilities[priority >> 3];

export const levelOf = (priority: number): number => levelFromSyslogSeverity(priority & 7) ?? 0;
