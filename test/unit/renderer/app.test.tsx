import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from '../../../src-renderer/app/app.tsx';
import { createWindowModel, type WindowModel } from '../../../src-renderer/app/window-model.ts';
import { connectFake, until } from './fake/connect.ts';
import type { FakeEngineOptions } from './fake/fake-engine.ts';

// A grid takes its time to come up on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

// happy-dom draws nothing.
vi.mock('../../../src-renderer/charts/time-chart.tsx', () => ({ TimeChart: () => null }));

beforeEach(() => {
  // happy-dom lays nothing out: the grid gets a height of 20 rows.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(468);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function openWindow(paths: readonly string[], options: FakeEngineOptions = {}) {
  const { client, engine } = connectFake(options);
  const hello = await client.call('hello', {});
  const model = createWindowModel(client, hello, undefined);
  render(<App model={model} styleNonce="" />);
  await Promise.all(paths.map((path) => model.workspace.open(path)));
  return { model, engine, client };
}

const press = (key: string, init: KeyboardEventInit = {}): void =>
  void fireEvent.keyDown(document.body, { key, ...init });

const rowTexts = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('.ag-row[data-row]')]
    .toSorted((a, b) => Number(a.dataset['row']) - Number(b.dataset['row']))
    .map((row) => row.textContent);

const activeName = (model: WindowModel): string | undefined => {
  const { entries, active } = model.workspace.tabs.get();
  return entries.find(({ id }) => id === active)?.name;
};

test('begins with a page that says how to open a log', async () => {
  await openWindow([]);
  expect(screen.getByTestId('welcome').textContent).toContain('Open files');
});

test('opens a file in a tab with its rows, its counts and its format', async () => {
  await openWindow(['/var/log/app.log']);
  await waitFor(() => expect(rowTexts().length).toBeGreaterThan(10));
  expect(rowTexts()[1]).toContain('2026-03-01');
  expect(screen.getByTestId('row-count').textContent).toBe('48,211 records');
  expect(screen.getByTestId('status-format').textContent).toBe('Application log (Logback)');
});

test('tells assistive technology absolute rows', async () => {
  const { model } = await openWindow(['/var/log/app.log']);
  await waitFor(() => expect(rowTexts().length).toBeGreaterThan(10));
  model.activeTab()?.grid.goToRow(40_000);
  const row = await waitFor(() => {
    const found = document.getElementById('row-40000');
    expect(found).not.toBe(null);
    return found;
  });
  expect(row?.getAttribute('aria-rowindex')).toBe('40002');
  expect(row?.getAttribute('aria-selected')).toBe('true');
  const grid = document.querySelector('[role="grid"]');
  await waitFor(() => expect(grid?.getAttribute('aria-activedescendant')).toBe('row-40000'));
  expect(grid?.getAttribute('aria-rowcount')).toBe('48212');
});

test('puts hostile text into the page as text alone', async () => {
  await openWindow(['/var/log/app.log']);
  await waitFor(() => expect(rowTexts().length).toBeGreaterThan(10));
  // oxlint-disable-next-line no-control-regex
  expect(rowTexts().join('')).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
});

test('a file that cannot be opened says why, in its tab', async () => {
  await openWindow(['/nowhere.log']);
  expect((await screen.findByRole('alert')).textContent).toContain('There is no file /nowhere.log.');
});

test('the same path again goes to its tab; closing goes to the neighbour', async () => {
  const { model } = await openWindow(['/var/log/app.log', '/var/log/notes.txt']);
  await model.workspace.open('/var/log/app.log');
  expect([model.workspace.tabs.get().entries.length, activeName(model)]).toEqual([2, 'app.log']);
  press('w', { ctrlKey: true });
  await waitFor(() => expect(activeName(model)).toBe('notes.txt'));
  expect(screen.getAllByTestId('tab')).toHaveLength(1);
});

test('each tab keeps its filter and its place while another is looked at', async () => {
  const { model } = await openWindow(['/var/log/app.log', '/var/log/notes.txt']);
  const [first, second] = model.workspace.tabs.get().entries;
  model.workspace.activate(first.id);
  const tab = model.activeTab();
  await tab?.filter.applyText('x');
  tab?.grid.goToRow(3_000);
  await until(() => tab?.grid.frame.get()?.isPending === false);
  const before = tab?.grid.viewport.state.get().topPx;
  model.workspace.activate(second.id);
  await screen.findByText('1,200 records', { selector: '[data-testid=row-count]' });
  model.workspace.activate(first.id);
  await waitFor(() => expect(document.getElementById('row-3000')).not.toBe(null));
  expect([tab?.grid.viewport.state.get().topPx, tab?.session.applied.get().query.filter]).toEqual([before, 'x']);
});

test('keys open what the table of commands says', async () => {
  await openWindow(['/var/log/app.log']);
  press('?');
  expect((await screen.findByTestId('keys-dialog')).textContent).toContain('Next error');
  fireEvent.keyDown(screen.getByTestId('keys-dialog'), { key: 'Escape' });
  await waitFor(() => expect(screen.queryByTestId('keys-dialog')).toBe(null));
  press('g', { ctrlKey: true });
  expect(await screen.findByTestId('go-to-input')).toBeTruthy();
});

test('goes to a line', async () => {
  const { model } = await openWindow(['/var/log/app.log']);
  press('g', { ctrlKey: true });
  fireEvent.change(await screen.findByTestId('go-to-input'), { target: { value: '31000' } });
  fireEvent.submit(screen.getByTestId('go-to-input'));
  await waitFor(() => expect(model.activeTab()?.grid.selection.get().focus).toBe(30_999));
  expect(screen.queryByTestId('go-to-dialog')).toBe(null);
});

test('says that nothing matches, and clears the filter from there', async () => {
  const { model } = await openWindow(['/var/log/app.log']);
  await model.activeTab()?.filter.applyText('nothing');
  expect((await screen.findByTestId('empty-state')).textContent).toContain('No record matches the filter');
  fireEvent.click(screen.getByText('Clear filter', { selector: '.empty-state .button-text' }));
  await waitFor(() => expect(screen.getByTestId('row-count').textContent).toBe('48,211 records'));
});

test('shows the selected record with its fields and its stack trace', async () => {
  const { model } = await openWindow(['/var/log/app.log']);
  const tab = model.activeTab();
  await until(() => tab?.grid.frame.get()?.isPending === false);
  tab?.grid.goToRow(0);
  press('Enter');
  const details = await screen.findByTestId('details');
  await waitFor(() => expect(details.querySelector('[data-field=message]')).not.toBe(null));
  expect(details.querySelector('[data-testid=details-title]')?.getAttribute('data-line')).toBe('1');
});

test('exports what the view shows', async () => {
  const { engine, model } = await openWindow(['/var/log/app.log']);
  press('e', { ctrlKey: true });
  fireEvent.click(await screen.findByTestId('export-start'));
  const done = await screen.findByTestId('export-done');
  expect(done.dataset['rows']).toBe('48211');
  const request = engine.log.find(({ name }) => name === 'export')?.request;
  expect(request).toEqual({
    view: model.activeTab()?.session.view.get().id,
    format: 'csv',
    fields: ['time', 'level', 'logger', 'message'],
    zone: 'Europe/Berlin',
    bom: false,
    crlf: false,
    neutralize: true,
    target: { download: 'token' },
  });
});

test('says of an export how many rows lack text', async () => {
  await openWindow(['/var/log/app.log'], { gone: 211 });
  press('e', { ctrlKey: true });
  fireEvent.click(await screen.findByTestId('export-start'));
  expect((await screen.findByTestId('export-gone')).textContent).toContain('211 records exported without text');
});

test('lists folders where the host has no dialog of its own', async () => {
  const { model } = await openWindow([]);
  press('o', { ctrlKey: true });
  const list = await screen.findByTestId('chooser-list');
  expect([...list.children].map((each) => each.querySelector('.chooser-name')?.textContent)).toEqual([
    'nginx',
    'access.log',
    'app.log',
    'empty.log',
    'events.jsonl',
    'huge.log',
    'notes.txt',
  ]);
  const access = list.children[1];
  fireEvent.click(access);
  fireEvent.click(screen.getByTestId('chooser-open'));
  await waitFor(() => expect(activeName(model)).toBe('access.log'));
});
