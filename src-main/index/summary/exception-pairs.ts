/** Exceptions by class and frame: records have either, both or none of them. */
import { eachRow } from '../bitmap.ts';
import { keyOfValue } from '../value-counts.ts';
import type { Batch } from './batch.ts';
import { type CodedRows, forgotten, type KeyNumbers, type Resolver, spreadCodes, textsOf } from './coded-rows.ts';

/** `resolverOfClass` gives the numbers of `classes` to values of the field. */
export function thrownResolver(
  field: string,
  keys: KeyNumbers,
  classes: KeyNumbers,
  resolverOfClass: Resolver,
): Resolver {
  return (batch) => {
    const { segment, source } = batch;
    const dictionary = source.dictionary(field);
    const numberOf = (ofClass: number, frame: string): number => {
      if (ofClass === 0 && frame === '') return 0;
      const key = ofClass === 0 ? '' : classes.keys[ofClass - 1];
      // A key of a text is the text behind a tag.
      const name = typeof key === 'number' ? (dictionary?.text(key) ?? '') : key.slice(1);
      return keys.ofKey(keyOfValue(`${name}\n${frame}`));
    };
    const ofClass = resolverOfClass(batch);
    const pairs = codedPairs(batch, ofClass.coded, numberOf);
    return {
      coded: pairs,
      resolve(target) {
        if (pairs !== undefined) {
          spreadCodes(pairs, batch, target);
          return;
        }
        const { rows, count } = batch;
        ofClass.resolve(target);
        const frames = textsOf(segment, batch, 'exception_frame');
        for (let at = 0; at < count; at++) {
          const row = rows[at];
          if (target[row] !== forgotten) target[row] = numberOf(target[row], frames(row) ?? '');
        }
      },
    };
  };
}

/** A code for each pair of class and frame that rows have; undefined where one of them stands in no dictionary. */
function codedPairs(
  batch: Batch,
  classes: CodedRows | undefined,
  numberOf: (ofClass: number, frame: string) => number,
): Extract<CodedRows, { readonly kind: 'codes' }> | undefined {
  const { segment, source, set } = batch;
  const frames = segment.columns.get('exception_frame');
  if (classes === undefined || (frames !== undefined && frames.kind !== 'dictionary')) return undefined;
  const classCodes = classes.kind === 'codes' ? classes.codes : classes.column.codes;
  const codeCount = classes.kind === 'codes' ? classes.codeCount : classes.column.ids.length + 1;
  const classOf = (code: number): number => {
    if (code === 0) return 0;
    return classes.kind === 'codes' ? classes.numberOf(code) : classes.entries.numberOf(classes.column.ids[code - 1]);
  };
  const frameCodes = frames?.codes ?? new Uint8Array(segment.rows);
  const frameTexts = source.dictionary('exception_frame');
  const codes = new Uint32Array(segment.rows);
  const codeOf = new Map<number, number>();
  const numbers = [0];
  // Few records have an exception: they are found first.
  const { kernels } = source;
  const some = [classCodes, frameCodes].map((each) => {
    if (each instanceof Float64Array) throw new Error('codes are whole numbers');
    kernels.table.fill(1, 0, kernels.table.length);
    kernels.table[0] = 0;
    return kernels.mark(each);
  });
  eachRow(
    segment,
    set.map((word, at) => word & (some[0][at] | some[1][at])),
    (row) => {
      const pair = frameCodes[row] * codeCount + classCodes[row];
      let code = codeOf.get(pair);
      if (code === undefined) {
        const frame = frameCodes[row] === 0 ? undefined : frames?.ids[frameCodes[row] - 1];
        code =
          numbers.push(numberOf(classOf(classCodes[row]), frame === undefined ? '' : (frameTexts?.text(frame) ?? ''))) -
          1;
        codeOf.set(pair, code);
      }
      codes[row] = code;
    },
  );
  return { kind: 'codes', codes, codeCount: numbers.length, numberOf: (code) => numbers[code] };
}
