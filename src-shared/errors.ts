/**
 * Expected failures: a code from this closed list and a message the user can act on.
 * Bugs are not EngineErrors; they throw plainly.
 */
export const errorCodes = [
  'cancelled',
  'not-found',
  'not-readable',
  'not-writable',
  'disk-full',
  'is-folder',
  'too-large',
  'bad-format',
  'bad-filter',
  'bad-argument',
  'regex-ran-away',
  'corrupt',
  'closed',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A position in a text the user typed: [from, to) in UTF-16 code units. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** An error as it travels over a channel. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly range?: TextRange;
  /** A replacement for the text at `range` that would be right. */
  readonly suggestion?: string;
}

export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly range: TextRange | undefined;
  readonly suggestion: string | undefined;

  constructor(code: ErrorCode, message: string, detail: { range?: TextRange; suggestion?: string } = {}) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.range = detail.range;
    this.suggestion = detail.suggestion;
  }
}

export const cancelled = (): EngineError => new EngineError('cancelled', 'Cancelled.');

export const isCancelled = (error: unknown): boolean => error instanceof EngineError && error.code === 'cancelled';

export function errorToData(error: unknown): ErrorData {
  if (error instanceof EngineError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.range === undefined ? {} : { range: error.range }),
      ...(error.suggestion === undefined ? {} : { suggestion: error.suggestion }),
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export const errorFromData = (data: ErrorData): EngineError => new EngineError(data.code, data.message, data);
