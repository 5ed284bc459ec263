/** CSV with a header (RFC 4180), or TSV: quotes, doubled quotes and line ends inside quotes. */
import { isoSecond, millisecond, three } from '../clock.mjs';
import { foreignTexts, nouns, users } from '../words.mjs';
import { withCrlf } from './kind.mjs';

/** @param {import('./kind.mjs').KindContext & { readonly dialect: string | undefined }} context @returns {import('./kind.mjs').Kind} */
export function csvKind({ random, clock, dialect, longLineBytes }) {
  const formatIso = isoSecond('T');
  const levels = ['debug', 'info', 'info', 'info', 'warn', 'error'];
  const comma = dialect === 'tsv' ? '\t' : ',';

  /** @param {string} message already quoted where it must be */
  function row(message) {
    const timeMs = clock.next();
    return `${[
      `${formatIso(timeMs)}.${three(millisecond(timeMs))}Z`,
      random.pick(levels),
      random.pick(nouns),
      message,
      random.pick(['200', '204', '404', '500', '']),
      String(random.skewed(5000)),
      random.chance(0.1) ? '' : random.pick(users),
    ].join(comma)}\n`;
  }

  function text() {
    if (comma === '\t') return `${random.pick(nouns)}, ${random.pick(nouns)} done`;
    switch (random.below(6)) {
      case 0:
        return `"${random.pick(nouns)}, ${random.pick(nouns)} and ""${random.pick(nouns)}"""`;
      case 1:
        return `"first line\nsecond ${random.pick(nouns)}"`;
      case 2:
        return `"${random.pick(foreignTexts)}"`;
      default:
        return `${random.pick(nouns)} done`;
    }
  }

  const hostileRecords = [
    () => withCrlf(row(text())),
    () => row(comma === '\t' ? '=1+1' : '"=HYPERLINK(""http://example.com"")"'),
    () => row(comma === '\t' ? '+1' : '"\r\nstarts with a line end\n\n"'),
    () => row('x'.repeat(longLineBytes)),
    () => row('latin1 \xe4\xf6\xfc, cut \xec\x83'.replaceAll(',', ';')),
    () => row('  spaces  '),
  ];

  return {
    header: `${['timestamp', 'level', 'service', 'message', 'status', 'duration_ms', 'user'].join(comma)}\n`,
    record: () => row(text()),
    hostileRecord: () => random.pick(hostileRecords)(),
    isMultiLine: true,
  };
}
