/**
 * How records of several lines that begin with a time come apart: what a parser of templates tells the kernel that
 * reads many at once. What the kernel cannot do itself it asks for, so that the answers are the parser's.
 */
import type { RowSink } from './format.ts';
import type { Step } from './template.ts';
import type { TimeReader } from './timestamp.ts';

/** A template from the step behind its time on, with the columns of its captures (-1: none of their own). */
export interface TemplateSteps {
  readonly steps: readonly Step[];
  readonly from: number;
  readonly columns: readonly number[];
  readonly isNumber: readonly boolean[];
  readonly messageCapture: number;
  /** The capture whose word may be no known level, or -1. */
  readonly levelCapture: number;
  /** The column of what stands in parentheses behind the first line's text, -1 where nothing does. */
  readonly tailColumn: number;
  /** Its message may name an exception as Monolog does. */
  readonly isMonolog: boolean;
}

export interface RecordSteps {
  /** In the order in which a line is tried with them: of lines that begin with a time, and with one in a bracket. */
  readonly unbracketed: readonly TemplateSteps[];
  readonly bracketed: readonly TemplateSteps[];
  readonly columns: {
    readonly time: number;
    readonly clock: number;
    readonly level: number;
    readonly unknownLevel: number;
    readonly message: number;
    readonly exception: number;
    readonly frame: number;
  };
  /** Levels without brackets count in capitals only. */
  readonly hasUpperLevels: boolean;
  /** No time begins with anything but a digit. */
  readonly beginsWithDigit: boolean;
  /** End of the time at `at`, or -1; read by what `reader` then is. */
  readTime(bytes: Uint8Array, at: number, end: number): number;
  /** The reader that is tried first. */
  readonly reader: TimeReader;
  /** Ordinal of a level word, or -1. */
  readLevel(bytes: Uint8Array, start: number, end: number): number;
  /**
   * Sets what stands in a record's message: the text, without the first line's end from `tail` on (-1: with all of it),
   * and the exception of a trace behind it, or Monolog's.
   */
  setMessage(
    bytes: Uint8Array,
    start: number,
    tail: number,
    firstEnd: number,
    end: number,
    isMonolog: boolean,
    row: RowSink,
  ): void;
}
