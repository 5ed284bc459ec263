/** logfmt as Go programs write it: bare and quoted values, keys in changing order. */
import { isoSecond, millisecond, three } from '../clock.mjs';
import { makeMethod, makePaths, makeStatus } from '../requests.mjs';
import { foreignTexts, nouns, users } from '../words.mjs';
import { withCrlf } from './kind.mjs';

/** @param {import('./kind.mjs').KindContext} context @returns {import('./kind.mjs').Kind} */
export function logfmtKind({ random, clock, paths: pathCount, longLineBytes }) {
  const formatIso = isoSecond('T');
  const paths = makePaths(random, Math.min(pathCount, 20_000));
  const levels = ['debug', 'info', 'info', 'info', 'warn', 'error'];

  /** @param {string} rest */
  function line(rest) {
    const timeMs = clock.next();
    return `time=${formatIso(timeMs)}.${three(millisecond(timeMs))}Z level=${random.pick(levels)} ${rest}\n`;
  }

  /** @param {number} progress */
  function record(progress) {
    switch (random.below(4)) {
      case 0:
        return line(
          `msg="request completed" method=${makeMethod(random)} path=${paths[random.skewed(paths.length)]} ` +
            `status=${makeStatus(random, progress)} duration_ms=${random.skewed(4000)}`,
        );
      case 1:
        return line(
          `component=${random.pick(nouns)} attempt=${random.between(1, 9)} msg="retry \\"${random.pick(nouns)}\\" soon"`,
        );
      case 2:
        return line(`msg="${random.pick(foreignTexts)}" user=${random.pick(users)} ratio=0.${random.between(1, 10)}5`);
      default:
        return line(
          `msg=${random.pick(nouns)} caller=${random.pick(nouns)}.go:${random.between(1, 900)} n=${random.below(100_000)}`,
        );
    }
  }

  const hostileRecords = [
    () => withCrlf(record(0)),
    () => line('msg="tab \\t newline \\n backslash \\\\ done" n=1'),
    () => line(`msg="${'x'.repeat(longLineBytes)}"`),
    () => line('msg="latin1 \xe4\xf6\xfc, cut \xec\x83"'),
    () => line(`id=${random.pick(['9223372036854775807', '12345678901234567890'])} msg=big`),
    () => '\n',
  ];

  return { header: '', record, hostileRecord: () => random.pick(hostileRecords)(), isMultiLine: false };
}
