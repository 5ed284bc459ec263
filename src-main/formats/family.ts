/**
 * What every format family gives to detection and to the registry (index.ts): how well it fits a sample of a
 * file, which dialect it reads off it, and how to make the format from the choice. Families are stateless values.
 */
import type { Format, FormatChoice, FormatSample, ParserOptions } from './format.ts';

/** A line of the sample: bytes [start, end), its line end (LF or CRLF) left out. */
export interface SampleLine {
  readonly start: number;
  readonly end: number;
}

/** The front of a source, as far as detection looks. */
export interface DetectSample {
  /** At most 256 KiB, cut behind a line end unless the whole source is one line; no byte order mark. */
  readonly bytes: Uint8Array;
  /** The complete lines of `bytes`, at most some 2,000, empty ones included. */
  readonly lines: readonly SampleLine[];
  readonly options: ParserOptions;
  /** Base name, for titles and tie-breaks only: detection works on content. Empty when there is none. */
  readonly fileName: string;
}

export interface Detected {
  /** Plain data that `create` gets back in the choice. */
  readonly dialect?: { readonly [key: string]: unknown };
  /** Share of the lines that are in records which the format fits, 0 to 1. */
  readonly score: number;
}

export interface FormatFamily {
  /** Name in choices and of `--format`; kebab-case. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly samples: readonly FormatSample[];
  /** Undefined: no line fits, or the sample lacks what the format needs (a header). Never throws. */
  detect(sample: DetectSample): Detected | undefined;
  /** The format of a choice with this family's name; a missing dialect means the commonest one. */
  create(choice: FormatChoice): Format;
}
