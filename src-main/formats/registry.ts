/** All built-in families, the more specific before the more general: of two that fit equally well the first wins. */
import type { FormatFamily } from './family.ts';
import { accessLog } from './access-log.ts';
import { apacheError } from './apache-error.ts';
import { csv, tsv } from './delimited.ts';
import { jsonLines } from './json-lines.ts';
import { logfmt } from './logfmt.ts';
import { nginxError } from './nginx-error.ts';
import { plainText } from './plain-text.ts';
import { serviceLogs } from './service-logs.ts';
import { syslogAccess } from './syslog-access.ts';
import { syslog3164 } from './syslog-3164.ts';
import { syslog5424 } from './syslog-5424.ts';
import { timestamped } from './timestamped.ts';
import { w3c } from './w3c.ts';

/** Families whose lines have a shape that others have not by chance. */
export const specificFamilies: readonly FormatFamily[] = [
  accessLog,
  ...serviceLogs,
  nginxError,
  apacheError,
  w3c,
  jsonLines,
  syslog5424,
  syslogAccess,
  syslog3164,
  csv,
  tsv,
  logfmt,
];

/** Families that fit much; they are asked when no specific one convinces. */
export const generalFamilies: readonly FormatFamily[] = [timestamped];

export const families: readonly FormatFamily[] = [...specificFamilies, ...generalFamilies, plainText];
