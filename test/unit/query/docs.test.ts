import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { knownFields, type Field } from '../../../src-shared/model/field.ts';
import { compileFilter } from '../../../src-shared/query/index.ts';

const fields: readonly Field[] = [
  ...knownFields,
  { name: 'req.headers.host', type: 'text' },
  { name: 'user name', type: 'text' },
  { name: 'id', type: 'integer' },
];

/** Filters in the first column of the tables that have such a heading. */
function examples(markdown: string): readonly string[] {
  const found: string[] = [];
  let isFilters = false;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) isFilters = false;
    else if (/^\| filter +\|/.test(line)) isFilters = true;
    const [, , code] = /^\| (`+)(.*?)\1 +\|/.exec(line) ?? [];
    if (isFilters && code !== undefined) found.push(code.trim().replaceAll('\\|', '|'));
  }
  return found;
}

it('every filter in the documentation works', async () => {
  const markdown = await readFile(new URL('../../../docs/query.md', import.meta.url), 'utf8');
  const filters = examples(markdown);
  expect(filters.length).toBeGreaterThan(40);
  const wrong = filters.flatMap((text) => {
    try {
      compileFilter(text, { fields, open: false, zone: 'UTC', now: 0 });
      return [];
    } catch (error) {
      return [`${text}: ${String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
});
