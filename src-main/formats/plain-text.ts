/** Plain text, the last resort: every line is a record, an empty one too, and all of it is the message. */
import type { FormatFamily } from './family.ts';
import { LineKind, type Format, type FormatField, type RecordParser } from './format.ts';
import { fieldNamed } from './parser-fields.ts';

const fields: readonly FormatField[] = [fieldNamed('message', 'many')];

const parser: RecordParser = {
  multiline: false,
  fields,
  classify: () => LineKind.record,
  parse(_bytes, start, _firstEnd, end, row) {
    row.span(0, start, end);
    return true;
  },
  context: () => undefined,
};

const format: Format = {
  name: 'text',
  title: 'Plain text',
  version: 1,
  open: false,
  stackBy: undefined,
  createParser: () => parser,
};

export const plainText: FormatFamily = {
  name: format.name,
  title: format.title,
  samples: [
    { text: 'Segmentation fault (core dumped)', fields: { message: 'Segmentation fault (core dumped)' } },
    { text: '-', fields: { message: '-' } },
    { text: '', fields: { message: '' } },
  ],
  detect: () => ({ score: 0 }),
  create: () => format,
};
