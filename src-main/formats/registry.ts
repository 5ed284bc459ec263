/** All built-in families, the more specific before the more general: of two that fit equally well the first wins. */
import type { FormatFamily } from './family.ts';
import { accessLog } from './access-log.ts';
import { jsonLines } from './json-lines.ts';
import { logfmt } from './logfmt.ts';
import { plainText } from './plain-text.ts';

export const families: readonly FormatFamily[] = [accessLog, jsonLines, logfmt, plainText];
