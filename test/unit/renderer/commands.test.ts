// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { commandNamed, commands, keysOf } from '../../../src-renderer/app/commands.ts';
import { commandFor, keysOfEvent } from '../../../src-renderer/app/key-press.ts';
import { texts } from '../../../src-renderer/app/texts.ts';

const press = (key: string, init: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...init });

test('every key means one command, and every command has a key and a text', () => {
  const keys = commands.flatMap((command) => command.keys);
  expect(keys.filter((each, at) => keys.indexOf(each) !== at)).toEqual([]);
  expect(commands.map(({ id }) => id).toSorted()).toEqual(Object.keys(texts.commands).toSorted());
  expect(commands.filter(({ keys: own }) => own.length === 0)).toEqual([]);
});

test('commands are found by the names that the native menu uses', () => {
  expect([commandNamed('file.open')?.keys, commandNamed('nothing'), keysOf('move.goTo')]).toEqual([
    ['Ctrl+O'],
    undefined,
    'Ctrl+G',
  ]);
});

test('names key events as the table does', () => {
  const named = [
    press('g'),
    press('G', { shiftKey: true }),
    press('G'),
    press('?', { shiftKey: true }),
    press(' '),
    press('c', { ctrlKey: true }),
    press('C', { ctrlKey: true, shiftKey: true }),
    press('ArrowDown', { shiftKey: true }),
    press('ArrowLeft', { altKey: true }),
    press('Tab', { ctrlKey: true, shiftKey: true }),
  ].map(keysOfEvent);
  expect(named).toEqual([
    'g',
    'Shift+G',
    'g',
    '?',
    'Space',
    'Ctrl+C',
    'Ctrl+Shift+C',
    'Shift+ArrowDown',
    'Alt+ArrowLeft',
    'Ctrl+Shift+Tab',
  ]);
});

/** The command of a key pressed inside an element. */
function commandIn(html: string, key: string, init: KeyboardEventInit = {}): string | undefined {
  document.body.innerHTML = html;
  let found: string | undefined;
  const listen = (event: KeyboardEvent): void => {
    found = commandFor(event)?.id;
  };
  addEventListener('keydown', listen);
  const target = document.querySelector('[data-target]') ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));
  removeEventListener('keydown', listen);
  return found;
}

test('letters are commands among the records, and text in a field', () => {
  expect(commandIn('<main></main>', 'e')).toBe('move.nextError');
  expect(commandIn('<input data-target>', 'e')).toBe(undefined);
  expect(commandIn('<div contenteditable="true" data-target></div>', '/')).toBe(undefined);
});

test('combinations work from a field too, but for those that edit text', () => {
  expect(commandIn('<input data-target>', 'g', { ctrlKey: true })).toBe('move.goTo');
  expect(commandIn('<input data-target>', 'F1')).toBe('help.keys');
  expect(commandIn('<input data-target>', 'a', { ctrlKey: true })).toBe(undefined);
  expect(commandIn('<input data-target>', 'c', { ctrlKey: true })).toBe(undefined);
  expect(commandIn('<input data-target>', 'Backspace', { ctrlKey: true })).toBe(undefined);
});

test('what works by key itself keeps its keys', () => {
  expect(commandIn('<button data-target></button>', 'Enter')).toBe(undefined);
  expect(commandIn('<button data-target></button>', 'e')).toBe('move.nextError');
  expect(commandIn('<div role="separator" data-target></div>', 'ArrowDown')).toBe(undefined);
  expect(commandIn('<div data-own-keys data-target></div>', 'Home')).toBe(undefined);
});

test('a dialog or menu has all keys to itself', () => {
  expect(commandIn('<div role="dialog"></div>', 'e')).toBe(undefined);
  expect(commandIn('<div role="menu"></div>', 'o', { ctrlKey: true })).toBe(undefined);
});
