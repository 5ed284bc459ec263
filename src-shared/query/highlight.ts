/** Which part of a filter gets which highlighting; the editor maps these tags to colours. */
import { styleTags, tags } from '@lezer/highlight';

export const filterHighlighting = styleTags({
  'Field/...': tags.propertyName,
  MatchOperator: tags.compareOperator,
  CompareOperator: tags.compareOperator,
  RegexOperator: tags.compareOperator,
  Keyword: tags.operatorKeyword,
  Value: tags.literal,
  'Quoted OpenQuoted': tags.string,
  'Regex OpenRegex': tags.regexp,
  'Text/Word': tags.content,
  '( )': tags.paren,
});
