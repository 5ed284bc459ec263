import { readFile } from 'node:fs/promises';
import { buildParserFile } from '@lezer/generator';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../src-shared/query/', import.meta.url);
const command = 'npm run vitest -- run -u test/unit/query/grammar.test.ts';
const head = `// Generated from query.grammar by \`${command}\`; edit that instead.\n`;
const lintHead = '/* oxlint-disable typescript/no-explicit-any -- as the generator writes it */\n';

/** The parser and its terms as they stand in src-shared/query. */
async function generate(): Promise<{ readonly parser: string; readonly terms: string }> {
  const warnings: string[] = [];
  const { parser, terms } = buildParserFile(await readFile(new URL('query.grammar', folder), 'utf8'), {
    fileName: 'query.grammar',
    typeScript: true,
    warn: (message) => warnings.push(message),
  });
  expect(warnings).toEqual([]);
  const layout = (text: string): Promise<string> =>
    format(text.slice(text.indexOf('\n') + 1), { parser: 'typescript', singleQuote: true, printWidth: 120 });
  return { parser: head + lintHead + (await layout(parser)), terms: head + (await layout(terms)) };
}

describe('the generated parser', () => {
  it('is what the generator makes of the grammar', async () => {
    const { parser, terms } = await generate();
    await expect(parser).toMatchFileSnapshot('../../../src-shared/query/grammar.ts');
    await expect(terms).toMatchFileSnapshot('../../../src-shared/query/grammar.terms.ts');
  });
});
