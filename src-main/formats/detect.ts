/**
 * Finds the format of a source from the content of its first lines. Each family says how much of the sample it
 * fits; of those that fit about equally well the more specific wins, which is the order of the registry.
 */
import type { DetectSample, Detected, FormatFamily, SampleLine } from './family.ts';
import type { CustomFormat, FormatChoice, ParserOptions, RecordParser, RowSink } from './format.ts';
import { LineKind } from './format.ts';

export interface DetectOptions extends ParserOptions {
  /** Base name, empty when there is none. */
  readonly fileName: string;
  /** The user's formats; they are tried before the built-in ones. */
  readonly custom: readonly CustomFormat[];
}

export interface DetectedFormat {
  readonly choice: FormatChoice;
  /** Share of the sample that the format fits, 0 (plain text) to 1. */
  readonly confidence: number;
}

/** As far as detection looks, in bytes and lines: enough to see past a preamble, and within some 50 ms. */
export const sampleBytes = 256 << 10;
const sampleLines = 2_000;

/** A format that fits less of the sample than this is not it. */
const leastScore = 0.3;
/** Differences in score below this are noise: the more specific format wins. */
export const scoreNoise = 0.05;
/** A specific format that fits so much is it, though a general one fits more: broken lines are in every log. */
const convincingScore = 0.7;

const newline = 10;
const carriageReturn = 13;

/** The sample as families see it: complete lines. */
export function createSample(bytes: Uint8Array, options: ParserOptions, fileName: string): DetectSample {
  const front = bytes.subarray(0, sampleBytes);
  const isWhole = bytes.length < sampleBytes;
  const lines: SampleLine[] = [];
  let start = 0;
  while (start < front.length && lines.length < sampleLines) {
    const found = front.indexOf(newline, start);
    if (found < 0 && !isWhole && lines.length > 0) break;
    const stop = found < 0 ? front.length : found;
    lines.push({ start, end: found > start && front[stop - 1] === carriageReturn ? stop - 1 : stop });
    start = stop + 1;
  }
  return { bytes: front.subarray(0, Math.min(start, front.length)), lines, options, fileName };
}

/** Something that may fit: a family, or a format of the user. */
interface Candidate {
  readonly detect: (sample: DetectSample) => Detected | undefined;
  readonly choiceOf: (dialect: FormatChoice['dialect']) => FormatChoice;
}

/**
 * Tries the user's formats and the specific families, then the general ones, which fit any line that begins with a
 * time and call what follows its continuation. Undefined: nothing fits.
 */
export function detectAmong(
  sample: DetectSample,
  custom: readonly { readonly choice: FormatChoice; readonly detect: (sample: DetectSample) => Detected | undefined }[],
  specific: readonly FormatFamily[],
  general: readonly FormatFamily[],
): DetectedFormat | undefined {
  const candidates = [
    ...custom.map(({ choice, detect }): Candidate => ({ detect, choiceOf: () => choice })),
    ...specific.map(candidateOf),
  ];
  const first = bestOf(sample, candidates);
  if (first !== undefined && first.confidence >= convincingScore) return first;
  const second = bestOf(sample, general.map(candidateOf));
  return second !== undefined && second.confidence > (first?.confidence ?? 0) ? second : first;
}

const candidateOf = ({ name, detect }: FormatFamily): Candidate => ({
  detect,
  choiceOf: (dialect) => ({ name, ...(dialect === undefined ? {} : { dialect }) }),
});

function bestOf(sample: DetectSample, candidates: readonly Candidate[]): DetectedFormat | undefined {
  const found: DetectedFormat[] = [];
  for (const { detect, choiceOf } of candidates) {
    const detected = detect(sample);
    if (detected === undefined) continue;
    found.push({ choice: choiceOf(detected.dialect), confidence: detected.score });
    // Nothing that comes later can fit so much better.
    if (detected.score >= 1 - scoreNoise) break;
  }
  const best = Math.max(...found.map(({ confidence }) => confidence));
  return best >= leastScore ? found.find(({ confidence }) => confidence >= best - scoreNoise) : undefined;
}

const nowhere: RowSink = {
  number: () => undefined,
  span: () => undefined,
  value: () => undefined,
};

/**
 * Share of the sample's lines that belong to records which the parser fits; blank and header lines do not count.
 * For families whose dialect is settled before.
 */
export function shareParsed({ bytes, lines }: DetectSample, parser: RecordParser): number {
  let counted = 0;
  let fitting = 0;
  let first: SampleLine | undefined;
  let last: SampleLine | undefined;
  let count = 0;
  const finish = (): void => {
    const isFitting =
      first !== undefined && last !== undefined && parser.parse(bytes, first.start, first.end, last.end, nowhere);
    if (isFitting) fitting += count;
    first = undefined;
    // Lines before the first record are in none.
    count = 0;
  };
  for (const line of lines) {
    const kind = parser.classify(bytes, line.start, line.end, first !== undefined);
    if (kind === LineKind.blank || kind === LineKind.header) {
      finish();
      continue;
    }
    counted++;
    if (kind === LineKind.record) {
      finish();
      first = line;
    }
    last = line;
    count++;
    if (!parser.multiline) finish();
  }
  finish();
  return counted === 0 ? 0 : fitting / counted;
}
