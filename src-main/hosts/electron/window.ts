/** The window: made hidden, shown when it has something to show, remembered when it closes. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { placeWindow, type DesktopMemory } from './desktop-state.ts';
import { windowUrl } from './protocol.ts';

/** On some Wayland desktops a hidden window draws nothing and never becomes ready to show. */
const showAfterMs = 3_000;
/** A page that goes down again this soon after a reload would only do so again. */
const reloadAtMostEveryMs = 10_000;

/** As the page's own background, so that nothing flashes: --surface of both themes. */
const backgrounds = { light: '#ffffff', dark: '#181b20' } as const;

export interface WindowSettings {
  readonly preloadPath: string;
  readonly memory: DesktopMemory;
  readonly onError: (message: string) => void;
}

export function openWindow({ preloadPath, memory, onError }: WindowSettings): BrowserWindow {
  const { bounds, isMaximized } = memory.state;
  const window = new BrowserWindow({
    width: 1360,
    height: 860,
    ...(bounds === undefined ? {} : placeWindow(bounds, screen.getDisplayMatching(bounds).workArea)),
    minWidth: 640,
    minHeight: 400,
    show: false,
    autoHideMenuBar: true,
    title: 'Taillight',
    backgroundColor: background(),
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  showWhenReady(window, isMaximized === true);
  rememberPlace(window, memory);
  followTheme(window);
  watchPage(window, onError);
  // Failures are told by did-fail-load; the promise would tell them twice.
  window.loadURL(windowUrl).catch(() => {});
  return window;
}

/** Brings the window before the user, from wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function showWhenReady(window: BrowserWindow, maximize: boolean): void {
  let isShown = false;
  const show = (): void => {
    clearTimeout(timer);
    if (isShown || window.isDestroyed()) return;
    isShown = true;
    if (maximize) window.maximize();
    window.show();
  };
  const timer = setTimeout(show, showAfterMs);
  window.once('ready-to-show', show);
  window.webContents.once('did-finish-load', show);
  window.once('closed', () => clearTimeout(timer));
}

function rememberPlace(window: BrowserWindow, memory: DesktopMemory): void {
  const remember = (): void => {
    // A full-screen window still has its normal bounds, also where it was before it was maximized.
    memory.remember({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  };
  window.on('close', remember);
  // Windows logs off without closing windows one by one.
  window.on('session-end', remember);
}

function followTheme(window: BrowserWindow): void {
  const update = (): void => window.setBackgroundColor(background());
  nativeTheme.on('updated', update);
  window.once('closed', () => nativeTheme.off('updated', update));
}

function watchPage(window: BrowserWindow, onError: (message: string) => void): void {
  const { webContents } = window;
  let lastReloadMs = Number.NEGATIVE_INFINITY;
  // A preload that throws leaves a window that waits for its port for ever.
  webContents.on('preload-error', (_event, path, error) => onError(`The preload ${path} failed: ${error.message}`));
  webContents.on('did-fail-load', (_event, code, description, url) => {
    // -3: the load was replaced by another one.
    if (code !== -3) onError(`${url} did not load: ${description} (${code})`);
  });
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    onError(`The page ended: ${reason} (${exitCode})`);
    const nowMs = performance.now();
    if (nowMs - lastReloadMs < reloadAtMostEveryMs || window.isDestroyed()) return;
    lastReloadMs = nowMs;
    webContents.reload();
  });
}

const background = (): string => (nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light);
