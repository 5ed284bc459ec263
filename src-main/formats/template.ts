/**
 * Templates of application log lines. A template is text such as
 * `{time} {level} [{thread}] {logger} - {message}`; it is compiled once to steps, with which TemplateMatch walks over
 * the bytes of a line, so that no regular expression runs per line.
 *
 * In a template a space is one space or tab and more; before `{message}` it is just that many, at most (a message
 * may be indented). `~` is white space or nothing. `(...)?` may be missing. `⏎` is the end of the first line. All else
 * is literal; a backslash takes the meaning from the sign after it.
 * A capture is `{name}` or `{name:kind}`, with a default kind for some names.
 */
/**
 * `time`. `level`: a level word of three letters and more. `anyLevel`: any word, known as a level or not.
 * `phrase`: words, of which the first or last is a level. `letter`: one capital. `mark`: one of Redis's `.-*#`.
 * `token`: no white space. `class`: a token with a dot in it. `source`: file:line. `any`: up to the literal after it,
 * brackets in balance. `number`: digits. `decimal`: digits with a fraction. `rest`: to the end.
 */
const captureKinds = {
  time: 4,
  level: 5,
  anyLevel: 6,
  phrase: 7,
  letter: 8,
  mark: 9,
  token: 10,
  class: 11,
  source: 12,
  any: 13,
  number: 14,
  decimal: 15,
  rest: 16,
} as const;

export type CaptureKind = keyof typeof captureKinds;

const isCaptureKind = (text: string | undefined): text is CaptureKind => text !== undefined && text in captureKinds;

/** What a step does: captures are steps of their kind. */
export const Op = { literal: 0, space: 1, newline: 2, option: 3, ...captureKinds } as const;

const defaultKinds: Readonly<Record<string, CaptureKind>> = {
  time: 'time',
  level: 'level',
  thread: 'any',
  pid: 'number',
  line: 'number',
  event_id: 'number',
  uptime: 'decimal',
  message: 'rest',
};

export interface Capture {
  readonly name: string;
  readonly kind: CaptureKind;
}

/** One shape for all steps, which is what makes the walk over them fast; each op uses some. */
export interface Step {
  readonly op: number;
  /** literal: the bytes. Captures: the literal that ends it. */
  readonly bytes: Uint8Array;
  /** Captures: white space or the end follows the literal that ends it. */
  readonly isSpaced: boolean;
  /** space: least and most; `mayEnd`: or the end of the line. */
  readonly least: number;
  readonly most: number;
  readonly mayEnd: boolean;
  /** Captures: which. option: the first one in it. */
  readonly capture: number;
  /** option: behind its last capture and step; there the walk goes on when a step in it fails. */
  readonly capturesEnd: number;
  readonly end: number;
}

const step = (op: number, more: Partial<Step> = {}): Step => ({
  op,
  bytes: more.bytes ?? nothing,
  isSpaced: more.isSpaced ?? false,
  least: more.least ?? 0,
  most: more.most ?? 0,
  mayEnd: more.mayEnd ?? false,
  capture: more.capture ?? -1,
  capturesEnd: more.capturesEnd ?? -1,
  end: more.end ?? -1,
});

const nothing = new Uint8Array();

export interface Template {
  readonly steps: readonly Step[];
  readonly captures: readonly Capture[];
  /** Steps up to the time, or those of the first line when there is none: what tells that a record begins. */
  readonly headSteps: number;
  /** Some captures may be missing. */
  readonly hasOptions: boolean;
}

type Piece =
  { readonly text: string } | { readonly capture: Capture } | { readonly sign: ' ' | '~' | '⏎' | '(' | ')?' };

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const pattern = /\{(\w+)(?::(\w+))?\}|\)\?|\\(.)|(.)/gs;
  for (const [whole, name, kind, escaped, sign] of text.matchAll(pattern)) {
    if (name !== undefined) {
      const chosen = isCaptureKind(kind) ? kind : (defaultKinds[name] ?? 'token');
      pieces.push({ capture: { name, kind: chosen } });
    } else if (whole === ')?') pieces.push({ sign: ')?' });
    else if (sign === ' ' || sign === '~' || sign === '⏎' || sign === '(') pieces.push({ sign });
    else pieces.push({ text: escaped ?? sign ?? '' });
  }
  return pieces;
}

/** Compiles the text of a template. The texts are those of this program: a mistake in one throws. */
export function compileTemplate(text: string): Template {
  const pieces = piecesOf(text);
  const steps: Step[] = [];
  const captures: Capture[] = [];
  let optionAt = -1;
  let optionCaptures = 0;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    if ('text' in piece) {
      let literal = piece.text;
      for (let next = pieces[at + 1]; next !== undefined && 'text' in next; next = pieces[at + 1]) {
        literal += next.text;
        at++;
      }
      steps.push(step(Op.literal, { bytes: new TextEncoder().encode(literal) }));
    } else if ('capture' in piece) {
      captures.push(piece.capture);
      steps.push(captureStep(pieces, at, captures.length - 1));
    } else if (piece.sign === ' ' || piece.sign === '~') {
      let count = 1;
      while (isSign(pieces[at + 1], ' ')) {
        count++;
        at++;
      }
      const next = pieces[at + 1];
      const isBeforeMessage = next !== undefined && 'capture' in next && next.capture.kind === 'rest';
      const before = pieces[at - count];
      // A level word may be padded; behind a sign, more spaces are the message's own.
      const isPadded = before !== undefined && 'capture' in before && before.capture.kind !== 'time';
      const most = isBeforeMessage && !isPadded && piece.sign === ' ' ? count : Infinity;
      // An empty message may have lost the space before it; but `text:` is no name of a logger.
      const mayEnd = isBeforeMessage && !(before !== undefined && 'text' in before && before.text === ':');
      steps.push(step(Op.space, { least: piece.sign === ' ' ? 1 : 0, most, mayEnd }));
    } else if (piece.sign === '⏎') {
      steps.push(step(Op.newline));
    } else if (piece.sign === '(') {
      optionAt = steps.length;
      optionCaptures = captures.length;
      steps.push(step(Op.newline));
    } else {
      steps[optionAt] = step(Op.option, {
        end: steps.length,
        capture: optionCaptures,
        capturesEnd: captures.length,
      });
    }
  }
  return { steps, captures, headSteps: headStepsOf(steps), hasOptions: steps.some(({ op }) => op === Op.option) };
}

const isSign = (piece: Piece | undefined, sign: string): boolean =>
  piece !== undefined && 'sign' in piece && piece.sign === sign;

function captureStep(pieces: readonly Piece[], at: number, capture: number): Step {
  const piece = pieces[at];
  if (!('capture' in piece)) throw new Error('not a capture');
  let stop = '';
  let next = at + 1;
  while (isSign(pieces[next], '~')) next++;
  for (let after = pieces[next]; after !== undefined && 'text' in after; after = pieces[++next]) stop += after.text;
  const after = pieces[next];
  const stopsAtSpace = stop !== '' && isSign(after, ' ');
  return step(Op[piece.capture.kind], { capture, bytes: new TextEncoder().encode(stop), isSpaced: stopsAtSpace });
}

function headStepsOf(steps: readonly Step[]): number {
  const time = steps.findIndex(({ op }) => op === Op.time);
  if (time >= 0) return time + 1;
  const newline = steps.findIndex(({ op }) => op === Op.newline);
  return newline < 0 ? steps.length : newline;
}
