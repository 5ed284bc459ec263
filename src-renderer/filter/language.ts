/** The query language in the editor's terms: parser, colours (classes of filter.css) and brackets. */
import { HighlightStyle, LanguageSupport, LRLanguage, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import { filterParser } from '../../src-shared/query/index.ts';

export const filterLanguage = LRLanguage.define({
  name: 'taillight-filter',
  parser: filterParser,
  languageData: { closeBrackets: { brackets: ['(', '"', '`'] } },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: 'query-field' },
  { tag: tags.compareOperator, class: 'query-operator' },
  { tag: tags.operatorKeyword, class: 'query-keyword' },
  { tag: tags.literal, class: 'query-value' },
  { tag: tags.string, class: 'query-string' },
  { tag: tags.regexp, class: 'query-regex' },
  { tag: tags.content, class: 'query-text' },
  { tag: tags.paren, class: 'query-operator' },
]);

export const filterSupport = (): LanguageSupport => new LanguageSupport(filterLanguage, [syntaxHighlighting(colours)]);
