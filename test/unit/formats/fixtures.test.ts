/**
 * Small logs as they are found: what is detected, and every record with its fields, beside the log as JSON
 * (`npm run vitest -- run --project unit fixtures -u` writes them anew; read the difference).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectEncoding, detectFormat, formatFor } from '../../../src-main/formats/index.ts';
import { readRecords, testOptions } from './read-records.ts';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'formats');

test.each([
  ['combined.log', 'access-log', 'Combined access log', 'utf-8'],
  ['vhosts-timed.log', 'access-log', 'Combined access log with virtual host, 4 more fields', 'utf-8'],
  ['preamble.log', 'access-log', 'Common access log', 'utf-8'],
  ['nginx-error.log', 'nginx-error', 'nginx error log', 'utf-8'],
  ['apache-error.log', 'apache-error', 'Apache error log', 'utf-8'],
  ['iis.log', 'w3c', 'W3C extended log', 'utf-8'],
  ['cloudfront.log', 'w3c', 'W3C extended log', 'utf-8'],
  ['orders.csv', 'csv', 'CSV', 'utf-8'],
  ['measures.tsv', 'tsv', 'TSV', 'utf-8'],
  ['korean.csv', 'csv', 'CSV', 'euc-kr'],
  ['windows-1252.log', 'apache-error', 'Apache error log', 'windows-1252'],
  ['notes.txt', 'text', 'Plain text', 'utf-8'],
])('%s is read as %s', async (file, name, title, encoding) => {
  const bytes = readFileSync(join(folder, file));
  const detected = detectEncoding(bytes);
  const options = { ...testOptions, encoding: detected.encoding };
  const text = bytes.subarray(detected.bomBytes);
  const { choice } = detectFormat(text, { ...options, fileName: file, custom: [] });
  const format = formatFor(choice);
  expect([choice.name, format.title, detected.encoding]).toEqual([name, title, encoding]);
  const { records, blank, headers } = readRecords(text, format, options);
  const shown = {
    blank,
    headers,
    records: records.map(({ raw, fields }) => (fields === false ? { raw } : { fields })),
  };
  await expect(`${JSON.stringify(shown, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, `${file}.json`));
});
