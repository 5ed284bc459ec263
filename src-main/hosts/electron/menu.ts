/**
 * The menu, as a template: what the page can do by itself is sent to it by the name of its command. Accelerators of
 * such entries are only shown; the page's own table of keys is what acts.
 */
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuFacts {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly sendCommand: (command: string) => void;
}

export function menuTemplate({ platform, isPackaged, sendCommand }: MenuFacts): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const entry = (label: string, command: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    registerAccelerator: false,
    click: () => sendCommand(command),
  });
  const recent: MenuItemConstructorOptions = {
    label: 'Open Recent',
    role: 'recentDocuments',
    submenu: [{ label: 'Clear Menu', role: 'clearRecentDocuments' }],
  };
  const development: MenuItemConstructorOptions[] = [separator, { role: 'reload' }, { role: 'toggleDevTools' }];

  return [
    // Without it the first menu of macOS would be called File.
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        entry('&Open…', 'file.open', 'CmdOrCtrl+O'),
        entry('Follow &Merged…', 'file.followMerged', 'CmdOrCtrl+Shift+O'),
        ...(isMac ? [recent] : []),
        entry('&Export…', 'file.export', 'CmdOrCtrl+E'),
        entry('&Read Again', 'file.reload', 'F5'),
        separator,
        entry('&Close Tab', 'tab.close', 'CmdOrCtrl+W'),
        ...(isMac ? [] : [separator, { role: 'quit' } as const]),
      ],
    },
    // Without it Cmd+C and Cmd+V are dead on macOS.
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        entry('&Filter', 'filter.focus', 'CmdOrCtrl+F'),
        entry('&Go To…', 'move.goTo', 'CmdOrCtrl+G'),
        separator,
        entry('F&ollow', 'view.follow'),
        entry('&Pause Following', 'view.pause'),
        separator,
        entry('&Details', 'view.details'),
        entry('&Charts', 'view.charts'),
        entry('&Histogram', 'view.histogram'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(isPackaged ? [] : development),
      ],
    },
    { role: 'windowMenu' },
    { label: '&Help', role: 'help', submenu: [entry('&Keys', 'help.keys', 'F1')] },
  ];
}
