/**
 * Texts that a regular expression cannot match without: found in its tree, so that a fast search for them leaves few
 * records to run the expression on. What is not understood only makes the answer weaker, never wrong.
 */
import { RegExpParser, visitRegExpAST, type AST } from '@eslint-community/regexpp';

export interface RequiredTexts {
  /** Every match contains at least one of these: the longest such texts. */
  readonly texts: readonly string[];
  /** All sets of which that is true, `texts` among them: which one is rarest depends on the log. */
  readonly sets: readonly (readonly string[])[];
  readonly fold: boolean;
  /** The expression matches where one of `texts` stands and nowhere else. */
  readonly isWhole: boolean;
}

/** Sets larger than this cost more searches than they save. */
const mostTexts = 8;
const mostProducts = 16;
const mostSets = 3;
/** A text of one byte stands in nearly every record. */
const shortest = 2;

/** What is known of a part of the expression. */
interface Known {
  /** All texts that the part matches, when they are few. */
  readonly exact: readonly string[] | undefined;
  /** Texts of which one is in each match. */
  readonly required: readonly string[] | undefined;
}

const nothing: Known = { exact: undefined, required: undefined };
const empty: Known = { exact: [''], required: undefined };

export function requiredTexts(source: string, flags: string): RequiredTexts | undefined {
  let pattern: AST.Pattern;
  try {
    pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u') });
  } catch {
    return undefined;
  }
  const fold = flags.includes('i');
  const { exact, required } = ofAlternatives(pattern.alternatives, fold);
  const whole = hasAssertion(pattern) ? undefined : usable(exact);
  const texts = whole ?? better(required, exact);
  if (texts === undefined) return undefined;
  const [only] = pattern.alternatives;
  const runs = pattern.alternatives.length === 1 ? runsOf(only.elements, fold) : [];
  return {
    texts,
    sets: [texts, ...runs.filter((run) => run.join('\n') !== texts.join('\n'))].slice(0, mostSets),
    fold,
    isWhole: whole !== undefined,
  };
}

/** Says where texts may stand, which the texts alone do not tell. */
function hasAssertion(pattern: AST.Pattern): boolean {
  let found = false;
  visitRegExpAST(pattern, {
    onAssertionEnter: () => {
      found = true;
    },
  });
  return found;
}

/** Each stretch of the sequence whose texts are few. */
function runsOf(elements: readonly AST.Element[], fold: boolean): (readonly string[])[] {
  const runs: (readonly string[] | undefined)[] = [];
  let from = 0;
  elements.forEach((element, at) => {
    if (ofElement(element, fold).exact?.length === 1) return;
    runs.push(better(undefined, ofSequence(elements.slice(from, at), fold).exact), ofElement(element, fold).required);
    from = at + 1;
  });
  runs.push(better(undefined, ofSequence(elements.slice(from), fold).exact));
  return runs.flatMap((run) => (usable(run)?.length === undefined || run === undefined ? [] : [run]));
}

function ofAlternatives(alternatives: readonly AST.Alternative[], fold: boolean): Known {
  const known = alternatives.map((alternative) => ofSequence(alternative.elements, fold));
  const exact = known.every((part) => part.exact !== undefined) ? known.flatMap((part) => part.exact ?? []) : undefined;
  const each = known.map((part) => better(part.required, part.exact));
  const required = each.every((texts) => texts !== undefined) ? each.flatMap((texts) => texts ?? []) : undefined;
  return {
    exact: exact !== undefined && exact.length <= mostProducts ? exact : undefined,
    required: required !== undefined && required.length <= mostTexts ? required : undefined,
  };
}

function ofSequence(elements: readonly AST.Element[], fold: boolean): Known {
  let run: readonly string[] = [''];
  let best: readonly string[] | undefined;
  let isExact = true;
  for (const element of elements) {
    const { exact, required } = ofElement(element, fold);
    if (exact !== undefined && exact.length * run.length <= mostProducts) {
      // Longer texts are better, but soon there are too many of them.
      if (exact.length > 1) best = better(best, run);
      run = run.flatMap((before) => exact.map((after) => before + after));
      continue;
    }
    isExact = false;
    best = better(better(best, run), required);
    run = exact ?? [''];
    if (exact === undefined) run = [''];
  }
  return { exact: isExact ? run : undefined, required: better(best, run) };
}

function ofElement(element: AST.Element, fold: boolean): Known {
  switch (element.type) {
    case 'Character':
      return ofCharacter(element.value, fold);
    case 'CharacterClass':
      return ofClass(element, fold);
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, fold);
    case 'Assertion':
      // Takes no characters; it only says where others may stand.
      return empty;
    case 'Quantifier': {
      if (element.min === 0) return nothing;
      const inner = ofElement(element.element, fold);
      if (element.min === 1 && element.max === 1) return inner;
      return { exact: undefined, required: better(inner.required, inner.exact) };
    }
    default:
      return nothing;
  }
}

/** Only ASCII, and of letters without case only those that nothing beyond ASCII folds to. */
function ofCharacter(code: number, fold: boolean): Known {
  if (code < 32 || code > 126) return nothing;
  const text = String.fromCharCode(code);
  return fold && /[ks]/i.test(text) ? nothing : { exact: [text], required: undefined };
}

function ofClass(element: AST.CharacterClass, fold: boolean): Known {
  if (element.negate) return nothing;
  const texts: string[] = [];
  for (const member of element.elements) {
    if (member.type !== 'Character' && member.type !== 'CharacterClassRange') return nothing;
    const from = member.type === 'Character' ? member.value : member.min.value;
    const to = member.type === 'Character' ? member.value : member.max.value;
    if (to - from >= mostProducts) return nothing;
    for (let code = from; code <= to; code++) {
      const { exact } = ofCharacter(code, fold);
      if (exact === undefined) return nothing;
      texts.push(...exact);
    }
  }
  return texts.length === 0 || texts.length > mostProducts ? nothing : { exact: texts, required: undefined };
}

/** The set whose shortest text is longer; of equal ones the smaller set. */
function better(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  const [one, two] = [usable(a), usable(b)];
  if (one === undefined || two === undefined) return one ?? two;
  const difference = leastLength(one) - leastLength(two);
  return difference > 0 || (difference === 0 && one.length <= two.length) ? one : two;
}

const leastLength = (texts: readonly string[]): number => Math.min(...texts.map((text) => text.length));

const usable = (texts: readonly string[] | undefined): readonly string[] | undefined =>
  texts !== undefined && texts.length > 0 && texts.length <= mostTexts && leastLength(texts) >= shortest
    ? texts
    : undefined;
