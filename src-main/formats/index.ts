/** The door of the formats: what a source's bytes mean. */
export type * from './format.ts';
export { LineKind } from './format.ts';
export type { TemplateSteps } from './record-steps.ts';
export { Op } from './template.ts';
export { traceMarks } from './stack-trace.ts';
export {
  type Cells,
  Conversion,
  type KeyEntry,
  type KeyNode,
  prefixFields,
  slotOf,
  type Target,
  targets,
  TokenKind,
} from './keyed-lines.ts';
export { loadCustomFormat } from './custom.ts';
export { loadCustomFormatFile, loadCustomFormats } from './custom-files.ts';
export { contextOfColumns, mostNamedFields, otherFields } from './other-fields.ts';
export { decodeEscapes } from './json-scan.ts';
export { SourceText } from './source-text.ts';
export { textDecoderFor, textStreamFor } from './decode-text.ts';
export { detectEncoding, type DetectedEncoding } from './encoding.ts';
export { type DetectedFormat, type DetectOptions } from './detect.ts';
export { builtInFormats, chooseFormat, detectFormat, formatFor } from './choose.ts';
export { deriveInstant, deriveText, isStaticFile, isStaticName, weekdayOf, type DeriveText } from './derived.ts';
