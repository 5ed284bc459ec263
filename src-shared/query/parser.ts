/** The generated parser with its highlighting, as an editor's language takes it (CodeMirror: LRLanguage.define). */
import { parser } from './grammar.ts';
import { filterHighlighting } from './highlight.ts';

export const filterParser = parser.configure({ props: [filterHighlighting] });
