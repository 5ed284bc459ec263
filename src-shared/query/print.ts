/** A filter's tree as text in one canonical form: parsing it gives the same tree. */
import { printFieldName, printLiteral, printRegex } from './literal.ts';
import type { Condition, FilterTree, ValueTree } from './tree.ts';

/** The text of a filter; '' for the filter that keeps all. */
export function printFilter(tree: FilterTree): string {
  switch (tree.kind) {
    case 'all':
      return '';
    case 'and':
    case 'or':
      return tree.terms.map(printOperand).join(` ${tree.kind} `);
    case 'not':
      return `not ${printOperand(tree.term)}`;
    case 'match':
      return `${printFieldName(tree.field.name)} ${tree.operator} ${printValueOperand(tree.value)}`;
    case 'compare':
      return `${printFieldName(tree.field.name)} ${tree.operator} ${printLiteral(tree.value)}`;
    case 'regex':
      return `${tree.field === undefined ? '' : `${printFieldName(tree.field.name)} `}~ ${printRegex(tree.regex)}`;
    case 'text':
      return printLiteral(tree.value);
  }
}

const printOperand = (tree: Condition): string =>
  tree.kind === 'and' || tree.kind === 'or' ? `(${printFilter(tree)})` : printFilter(tree);

function printValue(value: ValueTree): string {
  switch (value.kind) {
    case 'literal':
      return printLiteral(value);
    case 'not':
      return `not ${value.term.kind === 'not' ? printValue(value.term) : printValueOperand(value.term)}`;
    case 'and':
    case 'or':
      return value.terms
        .map((term) => (term.kind === 'not' ? printValue(term) : printValueOperand(term)))
        .join(` ${value.kind} `);
  }
}

const printValueOperand = (value: ValueTree): string =>
  value.kind === 'literal' ? printLiteral(value) : `(${printValue(value)})`;
