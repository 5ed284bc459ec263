/** From a sample, a name or a choice to a format. Called by the engine for each source, and by workers. */
import { EngineError } from '../../src-shared/errors.ts';
import { accessLog } from './access-log.ts';
import {
  createSample,
  detectAmong,
  sampleBytes,
  scoreNoise,
  type DetectedFormat,
  type DetectOptions,
} from './detect.ts';
import { customFormat, detectCustom } from './custom.ts';
import { loadCustomFormatFile } from './custom-files.ts';
import type { DetectSample, FormatFamily } from './family.ts';
import type { CustomFormat, Format, FormatChoice, Wrapping } from './format.ts';
import { plainText } from './plain-text.ts';
import { families, generalFamilies, specificFamilies } from './registry.ts';
import { timestamped } from './timestamped.ts';
import { hasTimes, isPlain, timestampedDialect } from './timestamped-dialect.ts';
import { hasNumberedNames, isStyled, prefixesOf, unwrap, wrappedFormat } from './wrapped.ts';

/** What a user can name instead of detection. */
export const builtInFormats: readonly { readonly name: string; readonly title: string }[] = families.map(
  ({ name, title }) => ({ name, title }),
);

/** The format of a source, of whose bytes `sample` is the front (256 KiB are looked at; no byte order mark). */
export function detectFormat(sample: Uint8Array, options: DetectOptions): DetectedFormat {
  const front = sample.subarray(0, sampleBytes);
  const written = detectPrefixed(front, options);
  if (!isStyled(front)) return written;
  const { choice, confidence } = detectPrefixed(unwrap(front, { styled: true }, options), options);
  const { wrapping: prefix, ...inner } = choice;
  const wrapping: Wrapping = { styled: true, ...prefix };
  // Where a log makes as much sense with its control sequences, they are shown as they stand.
  const isMore =
    confidence > written.confidence + scoreNoise ||
    (prefix !== undefined && written.choice.wrapping === undefined && confidence >= written.confidence);
  return isMore && canBeWrapped(inner, wrapping) ? { choice: { ...inner, wrapping }, confidence } : written;
}

function detectPrefixed(front: Uint8Array, options: DetectOptions): DetectedFormat {
  const bare = detectBare(front, options);
  for (const wrapping of prefixesOf(front, options)) {
    if (!mayHave(bare.choice, wrapping)) continue;
    const inner = detectBare(unwrap(front, wrapping, options), options);
    const isNumbered = hasNumberedNames(front, wrapping, options);
    if (!isBetter(inner, wrapping, isNumbered) || !canBeWrapped(inner.choice, wrapping)) continue;
    return { choice: { ...inner.choice, wrapping }, confidence: inner.confidence };
  }
  return bare;
}

/** Whether it is worth looking behind the wrapping of lines that read so with it. */
function mayHave(bare: FormatChoice, { prefix }: Wrapping): boolean {
  // An open format that fits has read the prefix itself.
  if (formatFor(bare).open) return false;
  // Taken for a virtual host.
  if (bare.name === accessLog.name) return true;
  if (prefix === 'bracket') return !isTimed(bare);
  return prefix !== 'time' || (bare.name === timestamped.name && isPlain(timestampedDialect(bare.dialect)));
}

/** Whether lines make more sense without the wrapping. */
function isBetter(inner: DetectedFormat, { prefix }: Wrapping, isNumbered: boolean): boolean {
  switch (prefix) {
    case 'runtime':
      return true;
    case 'service':
      return isNumbered || isTimed(inner.choice);
    default:
      return isTimed(inner.choice);
  }
}

/** Records have times of their own. */
const isTimed = ({ name, dialect }: FormatChoice): boolean =>
  name !== plainText.name && (name !== timestamped.name || hasTimes(timestampedDialect(dialect)));

const canBeWrapped = (choice: FormatChoice, wrapping: Wrapping): boolean =>
  wrappedFormat(formatFor(choice), wrapping) !== undefined;

function detectBare(sample: Uint8Array, options: DetectOptions): DetectedFormat {
  const custom = options.custom.map((format) => ({
    choice: { name: format.name, custom: format },
    detect: (lines: DetectSample) => detectCustom(format, lines),
  }));
  const found = detectAmong(createSample(sample, options, options.fileName), custom, specificFamilies, generalFamilies);
  return found ?? { choice: { name: plainText.name }, confidence: 0 };
}

/**
 * The format that the user named, with the dialect that the sample tells; also that of a format file, given by its path
 * (with a separator, or .json at its end).
 */
export function chooseFormat(format: string | CustomFormat, sample: Uint8Array, options: DetectOptions): FormatChoice {
  const front = sample.subarray(0, sampleBytes);
  const plain = isStyled(front) ? unwrap(front, { styled: true }, options) : undefined;
  const styled = plain === undefined ? [] : [{}, ...prefixesOf(plain, options)];
  const wrappings = [
    ...prefixesOf(front, options),
    ...styled.map((wrapping): Wrapping => ({ styled: true, ...wrapping })),
  ];
  let best = chooseBare(format, front, options);
  for (const wrapping of wrappings) {
    const { choice, confidence } = chooseBare(format, unwrap(front, wrapping, options), options);
    if (confidence <= best.confidence || !canBeWrapped(choice, wrapping)) continue;
    best = { choice: { ...choice, wrapping }, confidence };
  }
  return best.choice;
}

function chooseBare(format: string | CustomFormat, bytes: Uint8Array, options: DetectOptions): DetectedFormat {
  const sample = createSample(bytes, options, options.fileName);
  const found = typeof format === 'string' ? formatNamed(format, options) : format;
  if ('detect' in found) {
    const detected = found.detect(sample);
    return { choice: choiceOf(found, detected?.dialect), confidence: detected?.score ?? 0 };
  }
  return { choice: { name: found.name, custom: found }, confidence: detectCustom(found, sample)?.score ?? 0 };
}

const choiceOf = ({ name }: FormatFamily, dialect: FormatChoice['dialect']): FormatChoice => ({
  name,
  ...(dialect === undefined ? {} : { dialect }),
});

/** One of the user's formats, a family, or a format file. */
function formatNamed(name: string, { custom }: DetectOptions): FormatFamily | CustomFormat {
  const known = custom.find((format) => format.name === name) ?? familyNamed(name);
  if (known !== undefined) return known;
  if (!/[\\/]|\.json$/i.test(name)) throw new EngineError('bad-format', unknownMessage(name, custom));
  return loadCustomFormatFile(name);
}

/** The format of a choice; the same choice makes the same format on every thread. */
export function formatFor(choice: FormatChoice): Format {
  const format = bareFormat(choice);
  return choice.wrapping === undefined ? format : (wrappedFormat(format, choice.wrapping) ?? format);
}

function bareFormat(choice: FormatChoice): Format {
  if (choice.custom !== undefined) return customFormat(choice.custom);
  const family = familyNamed(choice.name);
  if (family === undefined) throw new EngineError('bad-format', unknownMessage(choice.name, []));
  return family.create(choice);
}

const familyNamed = (name: string): FormatFamily | undefined => families.find((family) => family.name === name);

function unknownMessage(name: string, custom: readonly CustomFormat[]): string {
  const names = [...families, ...custom].map((known) => known.name).join(', ');
  return `There is no format "${name}". Known formats: ${names}. A format of your own is named by its file.`;
}
