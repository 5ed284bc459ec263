import { expect, test } from 'vitest';
import type { SourceField, SourceState } from '../../../src-shared/protocol.ts';
import { addFields, planColumns, type ColumnPlan } from '../../../src-renderer/grid/columns.ts';
import { accessLog, applicationLog, jsonLines, plainText, type FakeSource } from './fake/fake-sources.ts';

const formatOf = (stackBy?: 'status' | 'level', open = false): SourceState['format'] => ({
  name: 'x',
  title: 'X',
  open,
  ...(stackBy === undefined ? {} : { stackBy }),
});

const planOf = ({ fields, stackBy, format }: FakeSource): ColumnPlan =>
  planColumns({ fields, format: formatOf(stackBy, format === 'json'), estimatedRecords: 1_000 });

const shown = ({ columns, main }: ColumnPlan) => ({
  main,
  columns: columns.filter(({ isVisible }) => isVisible).map(({ field }) => field),
});

test('an access log starts with its requests, the path filling the row', () => {
  expect(shown(planOf(accessLog(1)))).toEqual({
    main: 'path',
    columns: ['_line', 'time', 'client_ip', 'user', 'method', 'path', 'query', 'status', 'bytes', 'user_agent'],
  });
});

test('an application log starts with time, level, logger and the message, which comes last', () => {
  expect(shown(planOf(applicationLog(1)))).toEqual({
    main: 'message',
    columns: ['_line', 'time', 'level', 'logger', 'message'],
  });
});

test('JSON lines start with what is common; other keys wait in the list of columns', () => {
  expect(shown(planOf(jsonLines(1)))).toEqual({ main: 'message', columns: ['_line', 'time', 'level', 'message'] });
});

test('plain text shows the raw text', () => {
  expect(shown(planOf(plainText(1)))).toEqual({ main: '_raw', columns: ['_line', '_raw'] });
});

test('a table shows its first columns in their order', () => {
  const fields: SourceField[] = ['b', 'a', 'status'].map((name) => ({ name, type: 'text', count: 1, values: 'few' }));
  expect(shown(planColumns({ fields, format: formatOf(), estimatedRecords: 10 }))).toEqual({
    main: '_raw',
    columns: ['_line', 'status', 'b', 'a', '_raw'],
  });
});

test('fields that appear later join hidden; none that is known changes', () => {
  const plan = planOf(jsonLines(1));
  expect(addFields(plan, jsonLines(1).fields)).toBe(plan);
  const late: SourceField = { name: 'late', type: 'text', count: 1, values: 'many' };
  const added = addFields(plan, [late]);
  expect(added.columns.at(-1)).toMatchObject({ field: 'late', isVisible: false });
  expect(added.columns.slice(0, -1)).toEqual(plan.columns);
});

test('a field that is named like a part of every object has a width like any other', () => {
  const field = (name: string): SourceField => ({ name, type: 'text', count: 1, values: 'few' });
  const names = ['__proto__', 'constructor', 'toString'];
  const plan = planColumns({ fields: names.map(field), format: formatOf(), estimatedRecords: 1 });
  const widths = plan.columns.map(({ widthPx }) => Number.isFinite(widthPx) && widthPx > 0);
  expect(new Set(widths)).toEqual(new Set([true]));
});
