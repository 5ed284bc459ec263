/** From a sample, a name or a choice to a format. Called by the engine for each source, and by workers. */
import { EngineError } from '../../src-shared/errors.ts';
import { createSample, detectAmong, type DetectedFormat, type DetectOptions } from './detect.ts';
import { customFormat, detectCustom } from './custom.ts';
import { loadCustomFormatFile } from './custom-files.ts';
import type { DetectSample, FormatFamily } from './family.ts';
import type { CustomFormat, Format, FormatChoice } from './format.ts';
import { plainText } from './plain-text.ts';
import { families, generalFamilies, specificFamilies } from './registry.ts';

/** What a user can name instead of detection. */
export const builtInFormats: readonly { readonly name: string; readonly title: string }[] = families.map(
  ({ name, title }) => ({ name, title }),
);

/** The format of a source, of whose bytes `sample` is the front (256 KiB are looked at; no byte order mark). */
export function detectFormat(sample: Uint8Array, options: DetectOptions): DetectedFormat {
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
  if (typeof format !== 'string') return { name: format.name, custom: format };
  const custom = options.custom.find(({ name }) => name === format);
  if (custom !== undefined) return { name: custom.name, custom };
  const family = familyNamed(format);
  if (family === undefined) {
    if (!/[\\/]|\.json$/i.test(format)) throw new EngineError('bad-format', unknownMessage(format, options.custom));
    const file = loadCustomFormatFile(format);
    return { name: file.name, custom: file };
  }
  const dialect = family.detect(createSample(sample, options, options.fileName))?.dialect;
  return { name: family.name, ...(dialect === undefined ? {} : { dialect }) };
}

/** The format of a choice; the same choice makes the same format on every thread. */
export function formatFor(choice: FormatChoice): Format {
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
