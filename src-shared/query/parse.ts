/**
 * Text to tree. The grammar finds the form; here its nodes become the tree of tree.ts, and what is wrong becomes
 * errors with places. Knows no fields: names, types and times are the business of bind.ts.
 */
import type { SyntaxNode, Tree } from '@lezer/common';
import { EngineError, type TextRange } from '../errors.ts';
import { findErrors, type FilterError } from './diagnose.ts';
import { printRegex, readBackquoted, readBare, readQuoted, readQuotedRegex, readSlashed } from './literal.ts';
import { filterParser } from './parser.ts';
import { compileRegex } from './regex.ts';
import {
  plainText,
  type Condition,
  type FieldName,
  type FilterTree,
  type Literal,
  type RegexLiteral,
  type ValueTree,
} from './tree.ts';

export interface ParsedFilter {
  readonly text: string;
  /** With errors it is the filter that keeps all, so look at those first. */
  readonly tree: FilterTree;
  readonly errors: readonly FilterError[];
}

const everything: FilterTree = { kind: 'all' };

/** Brackets and negations within each other; far beyond what people write, and safe for every stack. */
const deepest = 200;

/** Parses a filter; wrong text is told in `errors`, never thrown. */
export function parseFilter(text: string): ParsedFilter {
  const syntax = filterParser.parse(text);
  const deep = tooDeep(syntax);
  if (deep !== undefined) {
    return {
      text,
      tree: everything,
      errors: [{ message: `Brackets go deeper than ${deepest} levels here.`, range: deep }],
    };
  }
  const errors = [...findErrors(text, syntax)];
  if (errors.length > 0) return { text, tree: everything, errors };
  const root = syntax.topNode.firstChild;
  const tree: FilterTree =
    root === null ? { kind: 'all', range: { from: 0, to: text.length } } : readCondition({ text, errors }, root);
  return { text, tree: errors.length > 0 ? everything : tree, errors };
}

/** The tree of a filter; throws `bad-filter` with the place of the first error. */
export function requireFilter(text: string): FilterTree {
  const { tree, errors } = parseFilter(text);
  const [error] = errors;
  if (error !== undefined) throw new EngineError('bad-filter', error.message, error);
  return tree;
}

function tooDeep(syntax: Tree): TextRange | undefined {
  let depth = 0;
  let place: TextRange | undefined;
  syntax.iterate({
    enter: ({ name, from, to }) => {
      if (!nesting.has(name)) return true;
      depth++;
      if (depth > deepest) place ??= { from, to: Math.min(from + 1, to) };
      return place === undefined;
    },
    leave: ({ name }) => {
      if (nesting.has(name)) depth--;
    },
  });
  return place;
}

const nesting: ReadonlySet<string> = new Set(['Parens', 'ValueParens', 'Not']);

/** The text that is read and where problems go. */
interface Reading {
  readonly text: string;
  readonly errors: FilterError[];
}

function readCondition(reading: Reading, node: SyntaxNode): Condition {
  const range = rangeOf(node);
  switch (node.name) {
    case 'And':
    case 'Or': {
      const terms = operands(node).map((child) => readCondition(reading, child));
      return { kind: node.name === 'And' ? 'and' : 'or', terms, range };
    }
    case 'Not':
      return { kind: 'not', term: readCondition(reading, only(operands(node))), range };
    case 'Parens':
      // The range takes in the brackets, so that edits of the text cut them along.
      return { ...readCondition(reading, only(operands(node))), range };
    case 'Text':
      return { kind: 'text', value: readLiteral(reading, only(operands(node))), range };
    case 'Match': {
      const [field, operator, value] = children(node);
      return {
        kind: 'match',
        field: readField(reading, present(field)),
        operator: textOf(reading, present(operator)) === '=' ? '=' : ':',
        value: readValue(reading, present(value)),
        written: textOf(reading, node),
        range,
      };
    }
    case 'Compare':
      return readCompare(reading, node);
    case 'RegexMatch': {
      const parts = children(node);
      const regex = readRegex(reading, present(parts.at(-1)));
      return parts.length === 2
        ? { kind: 'regex', regex, range }
        : { kind: 'regex', field: readField(reading, present(parts[0])), regex, written: textOf(reading, node), range };
    }
    default:
      throw new Error(`The grammar has a condition that the tree lacks: ${node.name}`);
  }
}

function readCompare(reading: Reading, node: SyntaxNode): Condition {
  const [field, operatorNode, valueNode] = children(node);
  const operator = textOf(reading, present(operatorNode));
  const value = readLiteral(reading, present(valueNode));
  if (plainText(value) === undefined) {
    const message = `A wildcard has no meaning after "${operator}"; \\* is a star.`;
    reading.errors.push({ message, range: rangeOf(present(valueNode)) });
  }
  return {
    kind: 'compare',
    field: readField(reading, present(field)),
    operator: operator === '<' || operator === '<=' || operator === '>' ? operator : '>=',
    value,
    written: textOf(reading, node),
    range: rangeOf(node),
  };
}

function readValue(reading: Reading, node: SyntaxNode): ValueTree {
  const range = rangeOf(node);
  switch (node.name) {
    case 'And':
    case 'Or': {
      const terms = operands(node).map((child) => readValue(reading, child));
      return { kind: node.name === 'And' ? 'and' : 'or', terms, range };
    }
    case 'Not':
      return { kind: 'not', term: readValue(reading, only(operands(node))), range };
    case 'ValueParens':
      return { ...readValue(reading, only(operands(node))), range };
    default:
      return readLiteral(reading, node);
  }
}

function readLiteral(reading: Reading, node: SyntaxNode): Literal {
  const text = textOf(reading, node);
  const parts = node.name === 'Quoted' ? readQuoted(text.slice(1, -1)).parts : readBare(text);
  return { kind: 'literal', parts, range: rangeOf(node) };
}

function readField(reading: Reading, node: SyntaxNode): FieldName {
  const text = textOf(reading, node);
  const range = rangeOf(node);
  return { name: node.firstChild?.name === 'Backquoted' ? readBackquoted(text.slice(1, -1)) : text, range };
}

function readRegex(reading: Reading, node: SyntaxNode): RegexLiteral {
  const text = textOf(reading, node);
  const range = rangeOf(node);
  const end = text.lastIndexOf('/');
  const regex =
    node.name === 'Quoted'
      ? { source: readQuotedRegex(text.slice(1, -1)), flags: '', range }
      : { source: readSlashed(text.slice(1, end)), flags: text.slice(end + 1), range };
  const compiled = compileRegex(regex.source, regex.flags);
  if (!(compiled instanceof RegExp)) {
    const flags = Array.from(new Set(regex.flags))
      .filter((flag) => 'imsu'.includes(flag))
      .join('');
    const isMended = flags !== regex.flags && compileRegex(regex.source, flags) instanceof RegExp;
    const suggestion = isMended ? printRegex({ source: regex.source, flags }) : undefined;
    reading.errors.push({ message: compiled.problem, range, suggestion });
  }
  return regex;
}

const rangeOf = ({ from, to }: SyntaxNode): TextRange => ({ from, to });

const textOf = ({ text }: Reading, { from, to }: SyntaxNode): string => text.slice(from, to);

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** Children that are neither keywords nor brackets. */
const operands = (node: SyntaxNode): readonly SyntaxNode[] =>
  children(node).filter(({ name }) => name !== 'Keyword' && name !== '(' && name !== ')');

const only = ([node]: readonly SyntaxNode[]): SyntaxNode => present(node);

function present(node: SyntaxNode | undefined): SyntaxNode {
  if (node === undefined) throw new Error('A part of a filter that the grammar asks for is missing.');
  return node;
}
