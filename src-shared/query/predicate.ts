/**
 * A filter bound to a source: names resolved, zones and "now" applied, values converted.
 * Plain data, so that it travels to workers; every test says by itself how each type of value is treated.
 */

/** Numbers, instants (ms) and level ordinals: any of the intervals contains the value. Bounds may be infinite. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  readonly minOpen?: boolean;
  readonly maxOpen?: boolean;
}

export type CompareOperator = '<' | '<=' | '>' | '>=';

/** Tests on text; `fold` ignores case by Unicode simple case folding. */
export type TextTest =
  | { readonly kind: 'equals'; readonly text: string; readonly fold: boolean }
  | { readonly kind: 'contains'; readonly text: string; readonly fold: boolean }
  /** `parts` are the literal pieces around each `*`; the whole value must fit (anchored) unless `within`. */
  | { readonly kind: 'wildcard'; readonly parts: readonly string[]; readonly fold: boolean; readonly within: boolean }
  /** By code point. */
  | { readonly kind: 'compare'; readonly op: CompareOperator; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  /** `prefix` in CIDR notation, IPv4 or IPv6. */
  | { readonly kind: 'cidr'; readonly prefix: string };

/**
 * What a value must be to match. A value is tested by the member of its own type and does not match when
 * that member is missing; of several intervals or text tests any one is enough. ExactNumbers are numbers;
 * JsonTexts are texts.
 */
export interface ValueTest {
  readonly number?: readonly Interval[];
  /** For a number beyond 2^53 compared for equality: the decimal text that ExactNumbers are compared with. */
  readonly exact?: string;
  /** For a comparison with a number that no double tells: how ExactNumbers compare; doubles go by `number`. */
  readonly exactBound?: { readonly op: CompareOperator; readonly than: string };
  readonly text?: readonly TextTest[];
  readonly boolean?: boolean;
  /** Has any value at all. */
  readonly exists?: boolean;
}

export type Predicate =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and' | 'or'; readonly terms: readonly Predicate[] }
  | { readonly op: 'not'; readonly term: Predicate }
  /** One field of the record, also `_line`, `_offset`, `_parsed` and `_file`. `zone`: of a part of the clock. */
  | { readonly op: 'field'; readonly field: string; readonly test: ValueTest; readonly zone?: string }
  /** The raw text of the record. */
  | { readonly op: 'raw'; readonly test: TextTest };
