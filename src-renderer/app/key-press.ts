/** From a key event to the command it means. Pure but for reading where the focus is. */
import { isMac } from '../widgets/index.ts';
import { commands, type Command } from './commands.ts';

/** A key event in the words of the table: `Ctrl+Shift+C`, `g`, `Shift+G`, `?`. */
export function keysOfEvent(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key : event.key;
  const isCtrl = isMac() ? event.metaKey : event.ctrlKey;
  const isLetter = /^\p{L}$/u.test(key);
  // A sign that needs Shift on one keyboard needs none on another: the sign alone counts.
  const isSign = key.length === 1 && !isLetter;
  const parts = [
    ...(isCtrl ? ['Ctrl'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey && !isSign ? ['Shift'] : []),
  ];
  const name =
    isLetter && (parts.length > 0 || event.shiftKey) ? key.toUpperCase() : isLetter ? key.toLowerCase() : key;
  return [...parts, name].join('+');
}

const byKeys: ReadonlyMap<string, Command> = new Map(
  commands.flatMap((command) => command.keys.map((keys) => [keys, command])),
);

/** The command a key event means where the focus is now; undefined when it belongs to something else. */
export function commandFor(event: KeyboardEvent): Command | undefined {
  // Letters being composed, and keys that a widget has used already.
  if (event.isComposing || event.defaultPrevented) return undefined;
  const keys = keysOfEvent(event);
  const command = byKeys.get(keys);
  if (command === undefined) return undefined;
  if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return undefined;
  const target = event.target instanceof Element ? event.target : document.body;
  if (isTyping(target)) {
    // In a text field only combinations and function keys are commands, and those of the grid are the field's.
    const isCombination = /^(?:Ctrl\+|Alt\+|F\d)/.test(keys);
    return command.scope === 'window' && isCombination && !editing.has(keys) ? command : undefined;
  }
  if (command.scope === 'window') return command;
  return usesKeyItself(target, keys) ? undefined : command;
}

/** Combinations that mean something to whoever types. */
const editing: ReadonlySet<string> = new Set(['Ctrl+Backspace']);

const isTyping = (target: Element): boolean =>
  target.closest('input, textarea, select, [contenteditable="true"]') !== null;

/** Buttons, heads, panels and separators keep the keys that work them. */
function usesKeyItself(target: Element, keys: string): boolean {
  if (target.closest('.ag-header') !== null) return /Arrow|Enter|Space/.test(keys);
  if (target.closest('button, a, summary, [role="tab"], [role="button"]') !== null)
    return /Enter|Space|Arrow/.test(keys);
  if (target.closest('[role="separator"], [data-own-keys]') !== null)
    return /Arrow|Home|End|Page|Enter|Space|Escape/.test(keys);
  // Text marked with the mouse is copied by the browser.
  const marked = getSelection();
  return (keys === 'Ctrl+C' || keys === 'Ctrl+Insert') && marked !== null && !marked.isCollapsed;
}
