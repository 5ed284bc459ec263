/**
 * Access logs that are sent by syslog: HAProxy's, and those of web servers. What a line says behind its syslog header is read
 * by an access log's layout; where it is something else, it stays the message.
 */
import { accessLayouts } from './access-dialect.ts';
import type { DetectSample, FormatFamily, SampleLine } from './family.ts';
import type {
  Format,
  FormatChoice,
  FormatField,
  LineKind,
  ParserContext,
  ParserOptions,
  RecordParser,
  RowSink,
} from './format.ts';
import { HeldValues } from './held-values.ts';
import { createLayoutParser } from './layout-parser.ts';
import type { LineLayout } from './line-layout.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { haproxyLayouts } from './service-layouts.ts';
import { syslogAccessSamples } from './syslog-access-samples.ts';
import { syslog3164 } from './syslog-3164.ts';

interface SyslogAccessDialect {
  readonly syslog?: FormatChoice['dialect'];
  /** Of a web server; HAProxy's are known. */
  readonly layouts?: readonly LineLayout[];
}

/** Such a share of the first messages has to be of an access log: many programs write into one syslog. */
const leastShare = 0.3;
const firstMessages = 200;

const name = 'syslog-access';

export const syslogAccess: FormatFamily = {
  name,
  title: 'Access log by syslog (HAProxy, web servers)',
  samples: syslogAccessSamples,
  detect(sample) {
    const syslog = syslog3164.detect(sample);
    if (syslog === undefined) return undefined;
    const messages = messagesOf(sample, syslog.dialect);
    const dialect = { ...(syslog.dialect === undefined ? {} : { syslog: syslog.dialect }) };
    if (fits(messages, haproxyLayouts)) return { score: syslog.score, dialect };
    const layouts = accessLayouts(messages);
    return layouts.length > 0 && fits(messages, layouts)
      ? { score: syslog.score, dialect: { ...dialect, layouts } }
      : undefined;
  },
  create(choice) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what detect put there
    const { syslog, layouts } = (choice.dialect ?? {}) as unknown as SyslogAccessDialect;
    return createFormat(syslogFormat(syslog), layouts);
  },
};

const syslogFormat = (dialect: FormatChoice['dialect']): Format =>
  syslog3164.create({ name: syslog3164.name, ...(dialect === undefined ? {} : { dialect }) });

function createFormat(syslog: Format, layouts: readonly LineLayout[] | undefined): Format {
  return {
    ...syslog,
    name,
    title: layouts === undefined ? 'HAProxy log' : 'Access log by syslog',
    version: 1,
    stackBy: 'status',
    createParser: (options, context) =>
      new SyslogAccessParser(syslog.createParser(options, context), layouts ?? haproxyLayouts, options),
  };
}

/** What stands behind the syslog headers of the first lines. */
function messagesOf(sample: DetectSample, dialect: FormatChoice['dialect']): DetectSample {
  const parser = syslogFormat(dialect).createParser(sample.options);
  const message = parser.fields.findIndex((field) => field.name === 'message');
  const held = new HeldValues();
  const lines: SampleLine[] = [];
  for (const { start, end } of sample.lines.slice(0, firstMessages)) {
    held.clear();
    if (!parser.parse(sample.bytes, start, end, end, held)) continue;
    const span = held.spanOf(message);
    if (span !== undefined) lines.push(span);
  }
  return { ...sample, lines };
}

function fits({ bytes, lines, options }: DetectSample, layouts: readonly LineLayout[]): boolean {
  const parser = createLayoutParser(layouts, options);
  const held = new HeldValues();
  let fitting = 0;
  for (const { start, end } of lines) {
    held.clear();
    if (parser.parse(bytes, start, end, end, held)) fitting++;
  }
  return fitting > 0 && fitting >= lines.length * leastShare;
}

class SyslogAccessParser implements RecordParser {
  readonly multiline: boolean;
  readonly fields: readonly FormatField[];
  readonly #syslog: RecordParser;
  readonly #access: RecordParser;
  readonly #message: number;
  readonly #held = new HeldValues();
  readonly #row: ShiftedRow;

  constructor(syslog: RecordParser, layouts: readonly LineLayout[], options: ParserOptions) {
    this.#syslog = syslog;
    this.#access = createLayoutParser(layouts, options);
    this.multiline = syslog.multiline;
    const fields = [...syslog.fields];
    const places = this.#access.fields.map((field) => {
      const known = fields.findIndex((other) => other.name === field.name);
      return known < 0 ? fields.push(field) - 1 : known;
    });
    this.fields = fields;
    this.#message = fields.findIndex((field) => field.name === 'message');
    this.#row = new ShiftedRow(places);
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    return this.#syslog.classify(bytes, start, end, open);
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    const held = this.#held;
    held.clear();
    if (!this.#syslog.parse(bytes, start, firstEnd, end, held)) return false;
    const message = held.spanOf(this.#message);
    held.release(row, this.#message);
    this.#row.row = row;
    // What the access log says of time and level counts for more.
    if (message !== undefined && this.#access.parse(bytes, message.start, message.end, message.end, this.#row))
      return true;
    held.release(row);
    return true;
  }

  context(): ParserContext | undefined {
    return this.#syslog.context();
  }
}

/** Sets the fields of a parser that stand elsewhere in another's. */
class ShiftedRow implements RowSink {
  row: RowSink = new HeldValues();

  constructor(private readonly places: readonly number[]) {}

  number(field: number, value: number): void {
    this.row.number(this.places[field], value);
  }

  span(field: number, start: number, end: number): void {
    this.row.span(this.places[field], start, end);
  }

  value(field: number, value: Value): void {
    this.row.value(this.places[field], value);
  }
}
