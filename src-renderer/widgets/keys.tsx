/** A key combination as keycaps: `Ctrl+Shift+C`; on a Mac in its own signs. */

const macSigns: Readonly<Record<string, string>> = {
  Ctrl: '\u2318',
  Shift: '\u21e7',
  Alt: '\u2325',
  Enter: '\u21a9',
  Escape: 'esc',
};

const signs: Readonly<Record<string, string>> = {
  ArrowUp: '\u2191',
  ArrowDown: '\u2193',
  ArrowLeft: '\u2190',
  ArrowRight: '\u2192',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
};

export const isMac = (): boolean => /Mac/.test(navigator.platform);

export function Keys({ keys }: { readonly keys: string }) {
  const mac = isMac();
  const parts = keys === '+' ? ['+'] : keys.split('+');
  return (
    <span className="keys">
      {parts.map((part) => (
        <kbd key={part}>{(mac ? macSigns[part] : undefined) ?? signs[part] ?? part}</kbd>
      ))}
    </span>
  );
}
