/**
 * Stand-in for the `electron` module, main and renderer side in one, for tests of hosts/electron. Faithful where its
 * traps are: what works only before or after ready throws otherwise, frames die on reload and then refuse messages,
 * every message is cloned, only ports can be transferred, quitting emits its events in Electron's order.
 * `control` is the test's own door. Import the module anew (vi.resetModules) for each program start.
 */
import { EventEmitter } from 'node:events';
import { homedir } from 'node:os';
import { MessageChannelMain, MessagePortMain } from './message-channel-main.ts';

export { MessageChannelMain };

/** An event whose default can be prevented, with the details that some events carry on it. */
class ElectronEvent {
  defaultPrevented = false;
  readonly preventDefault = (): void => {
    this.defaultPrevented = true;
  };
}

function eventWith<T extends object>(details: T): ElectronEvent & T {
  return Object.assign(new ElectronEvent(), details);
}

/* What a test sets and sees. */

export interface Exit {
  readonly code: number;
}

export const control = {
  /** False: another start holds the single instance lock. */
  lockIsFree: true,
  isPackaged: true,
  switches: new Set<string>(),
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  /** Answers of the next dialogs; the options they were given are in `dialogs`. */
  dialogAnswers: [] as string[][],
  dialogs: [] as { readonly kind: string; readonly options: object; readonly hasWindow: boolean }[],
  lockData: undefined as unknown,
  paths: new Map<string, string>(),
  recentDocuments: [] as string[],
  /** Names of what happened to the program, in order. */
  log: [] as string[],
  exit: undefined as Exit | undefined,
  schemes: [] as readonly unknown[],
  menu: undefined as readonly MenuEntry[] | undefined,
  handlers: new Map<string, (request: Request) => Promise<Response>>(),

  /** Everything but what waits for timers. */
  async becomeReady(): Promise<void> {
    isReady = true;
    app.emit('ready');
    resolveReady();
    await settle();
  },
  /** As another start does: Electron mixes its arguments up, and clones what it sent along. */
  startAgain(data: unknown): void {
    const mixedUp = ['/usr/bin/taillight', '--allow-file-access-from-files', '--original-process-start-time=1'];
    app.emit('second-instance', new ElectronEvent(), mixedUp, '/', structuredClone(data));
  },
  openFile(path: string): ElectronEvent {
    const event = new ElectronEvent();
    app.emit('open-file', event, path);
    return event;
  },
};

let isReady = false;
let resolveReady = (): void => {};
const whenReady = new Promise<void>((resolve) => {
  resolveReady = resolve;
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function onlyWhenReady(what: string): void {
  if (!isReady) throw new Error(`${what} can only be used after the program is ready`);
}

/* The program. */

class App extends EventEmitter {
  readonly commandLine = { hasSwitch: (name: string): boolean => control.switches.has(name) };
  private isQuitting = false;

  get isPackaged(): boolean {
    return control.isPackaged;
  }
  whenReady(): Promise<void> {
    return whenReady;
  }
  getVersion(): string {
    return '1.2.3';
  }
  getPath(name: string): string {
    return control.paths.get(name) ?? homedir();
  }
  setPath(name: string, path: string): void {
    control.paths.set(name, path);
  }
  setAppUserModelId(id: string): void {
    if (process.platform !== 'win32') throw new TypeError('app.setAppUserModelId is not a function');
    control.log.push(`id ${id}`);
  }
  addRecentDocument(path: string): void {
    if (process.platform === 'linux') throw new TypeError('app.addRecentDocument is not a function');
    control.recentDocuments.push(path);
  }
  requestSingleInstanceLock(data?: object): boolean {
    // Goes through JSON on its way to the first start.
    control.lockData = JSON.parse(JSON.stringify(data ?? null));
    control.log.push('lock');
    return control.lockIsFree;
  }
  quit(): void {
    if (!this.run('before-quit')) return;
    this.isQuitting = true;
    for (const window of BrowserWindow.getAllWindows()) window.close();
    if (BrowserWindow.getAllWindows().length > 0) {
      this.isQuitting = false;
      return;
    }
    if (this.run('will-quit')) this.exit(0);
  }
  exit(code = 0): void {
    control.log.push('exit');
    control.exit ??= { code };
  }
  /** Electron quits by itself when nobody listens. */
  lastWindowClosed(): void {
    if (this.isQuitting) return;
    control.log.push('window-all-closed');
    if (!this.emit('window-all-closed')) this.quit();
  }
  private run(name: string): boolean {
    control.log.push(name);
    const event = new ElectronEvent();
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}

export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly unknown[]): void {
    if (isReady) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (control.schemes.length > 0) throw new Error('schemes can be registered once');
    control.schemes = schemes;
    control.log.push('schemes');
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    onlyWhenReady('protocol');
    control.handlers.set(scheme, handler);
  },
};

type PermissionRequest = (contents: WebContents, permission: string, answer: (granted: boolean) => void) => void;
type PermissionCheck = (contents: WebContents | null, permission: string, origin: string) => boolean;

/** Grants everything that no handler refuses. */
class Session {
  private request: PermissionRequest = (_contents, _permission, answer) => answer(true);
  private check: PermissionCheck = () => true;
  private device = (): boolean => true;

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
  isGranted(contents: WebContents, permission: string, origin: string): readonly boolean[] {
    let isRequested = false;
    this.request(contents, permission, (granted) => {
      isRequested = granted;
    });
    return [isRequested, this.check(contents, permission, origin)];
  }
  isDeviceGranted(): boolean {
    return this.device();
  }
}

const defaultSession = new Session();

export const session = {
  get defaultSession(): Session {
    onlyWhenReady('session');
    return defaultSession;
  },
};

/* Windows and their pages. */

export class WebFrameMain {
  isDisposed = false;
  readonly parent: WebFrameMain | null;
  private readonly address: string;
  private readonly contents: WebContents;

  constructor(address: string, contents: WebContents, parent: WebFrameMain | null = null) {
    this.address = address;
    this.contents = contents;
    this.parent = parent;
  }
  get url(): string {
    this.refuseDisposed();
    return this.address;
  }
  postMessage(channel: string, message: unknown, transfer: readonly unknown[] = []): void {
    const ports = transfer.map((entry, index) => {
      if (!(entry instanceof MessagePortMain)) throw new TypeError(`Port at index ${index} is not a valid port`);
      return entry.transfer();
    });
    this.refuseDisposed();
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => this.contents.page.receive(this, channel, copy, ports));
  }
  private refuseDisposed(): void {
    if (this.isDisposed) throw new Error('Render frame was disposed before WebFrameMain could be accessed');
  }
}

/** What lives in the renderer process; its ports die with the document that got them. */
class Page {
  private ports: MessagePort[] = [];
  private readonly contents: WebContents;

  constructor(contents: WebContents) {
    this.contents = contents;
  }
  /** As a preload does; any frame may try. */
  send(channel: string, frame: WebFrameMain | null = this.contents.mainFrame): void {
    ipcMain.emit(channel, { type: 'frame', sender: this.contents, senderFrame: frame });
  }
  receive(frame: WebFrameMain, channel: string, message: unknown, ports: MessagePort[]): void {
    if (frame.isDisposed) {
      for (const port of ports) port.close();
      return;
    }
    this.ports.push(...ports);
    ipcRenderer.emit(channel, { ports, sender: ipcRenderer }, message);
  }
  unload(): void {
    for (const port of this.ports.splice(0)) port.close();
  }
}

export class WebContents extends EventEmitter {
  private static lastId = 0;
  readonly id = ++WebContents.lastId;
  readonly page = new Page(this);
  mainFrame = new WebFrameMain('', this);
  private address = '';
  private windowOpenHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  getURL(): string {
    return this.address;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
  reload(): void {
    this.load(this.address);
  }
  load(url: string): void {
    this.unload();
    this.address = url;
    this.mainFrame = new WebFrameMain(url, this);
    queueMicrotask(() => this.emit('did-finish-load'));
  }
  unload(): void {
    this.mainFrame.isDisposed = true;
    this.page.unload();
  }

  /* What a page or its user tries; answers whether it happened. */

  tryNavigation(url: string): boolean {
    const details = eventWith({ url, isMainFrame: true, isSameDocument: false, frame: this.mainFrame });
    this.emit('will-frame-navigate', details);
    this.emit('will-navigate', details);
    if (!details.defaultPrevented) this.load(url);
    return !details.defaultPrevented;
  }
  tryFrameNavigation(url: string): boolean {
    const details = eventWith({ url, isMainFrame: false, isSameDocument: false, frame: null });
    this.emit('will-frame-navigate', details);
    return !details.defaultPrevented;
  }
  tryRedirect(url: string): boolean {
    const details = eventWith({ url, isMainFrame: true });
    this.emit('will-redirect', details);
    return !details.defaultPrevented;
  }
  tryOpen(url: string): boolean {
    return this.windowOpenHandler({ url }).action !== 'deny';
  }
  tryWebview(): boolean {
    const event = new ElectronEvent();
    this.emit('will-attach-webview', event, {}, {});
    return !event.defaultPrevented;
  }
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowOptions extends Partial<Bounds> {
  readonly show?: boolean;
  readonly backgroundColor?: string;
  readonly webPreferences?: object;
}

export class BrowserWindow extends EventEmitter {
  private static windows: BrowserWindow[] = [];
  static getAllWindows(): readonly BrowserWindow[] {
    return [...BrowserWindow.windows];
  }

  readonly webContents = new WebContents();
  readonly options: WindowOptions;
  /** Calls that show something, in order. */
  readonly shown: string[] = [];
  backgroundColor: string | undefined;
  bounds: Bounds;
  private destroyed = false;
  private minimized = false;
  private maximized = false;

  constructor(options: WindowOptions = {}) {
    super();
    onlyWhenReady('BrowserWindow');
    this.options = options;
    this.backgroundColor = options.backgroundColor;
    this.bounds = { x: 50, y: 50, width: 800, height: 600, ...definedIn(options) };
    BrowserWindow.windows.push(this);
    app.emit('web-contents-created', new ElectronEvent(), this.webContents);
    if (options.show !== false) this.shown.push('show');
  }
  async loadURL(url: string): Promise<void> {
    this.refuseDestroyed();
    await settle();
    this.webContents.load(url);
  }
  show(): void {
    this.call('show');
  }
  focus(): void {
    this.call('focus');
  }
  minimize(): void {
    this.minimized = true;
  }
  restore(): void {
    this.minimized = false;
    this.call('restore');
  }
  maximize(): void {
    this.maximized = true;
    this.call('maximize');
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  getNormalBounds(): Bounds {
    this.refuseDestroyed();
    return this.bounds;
  }
  setBackgroundColor(color: string): void {
    this.refuseDestroyed();
    this.backgroundColor = color;
  }
  close(): void {
    const event = new ElectronEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.webContents.unload();
    this.destroyed = true;
    BrowserWindow.windows = BrowserWindow.windows.filter((window) => window !== this);
    this.emit('closed');
    if (BrowserWindow.windows.length === 0) app.lastWindowClosed();
  }
  private call(name: string): void {
    this.refuseDestroyed();
    this.shown.push(name);
  }
  private refuseDestroyed(): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
  }
}

function definedIn({ x, y, width, height }: Partial<Bounds>): Partial<Bounds> {
  return Object.fromEntries(Object.entries({ x, y, width, height }).filter(([, value]) => value !== undefined));
}

/* The rest of the main process. */

export const ipcMain = new EventEmitter();

export const screen = {
  getDisplayMatching: (): { workArea: Bounds } => {
    onlyWhenReady('screen');
    return { workArea: control.workArea };
  },
};

class NativeTheme extends EventEmitter {
  shouldUseDarkColors = false;
}

export const nativeTheme = new NativeTheme();

async function answerDialog(kind: string, given: readonly unknown[]): Promise<readonly string[]> {
  onlyWhenReady('dialog');
  const options = given.at(-1);
  if (typeof options !== 'object' || options === null) throw new TypeError('Options must be an object');
  control.dialogs.push({ kind, options, hasWindow: given[0] instanceof BrowserWindow });
  await settle();
  return control.dialogAnswers.shift() ?? [];
}

export const dialog = {
  async showOpenDialog(...given: unknown[]) {
    const filePaths = await answerDialog('open', given);
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...given: unknown[]) {
    const [filePath] = await answerDialog('save', given);
    return { canceled: filePath === undefined, filePath: filePath ?? '' };
  },
  showErrorBox(title: string, content: string): void {
    control.log.push(`error box: ${title}: ${content}`);
  },
};

export interface MenuEntry {
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly registerAccelerator?: boolean;
  readonly submenu?: readonly MenuEntry[];
  readonly click?: () => void;
}

export const Menu = {
  buildFromTemplate: (template: readonly MenuEntry[]): readonly MenuEntry[] => template,
  setApplicationMenu(menu: readonly MenuEntry[]): void {
    control.menu = menu;
  },
};

/* The renderer side, for the preload. */

class IpcRenderer extends EventEmitter {
  send(channel: string): void {
    BrowserWindow.getAllWindows()[0]?.webContents.page.send(channel);
  }
}

export const ipcRenderer = new IpcRenderer();

/** What the preload exposed, by name. */
export const exposed = new Map<string, unknown>();

export const contextBridge = {
  exposeInMainWorld(name: string, api: unknown): void {
    exposed.set(name, api);
  },
};

export const webUtils = {
  getPathForFile(file: unknown): string {
    if (!(file instanceof File)) throw new TypeError('Not a File');
    return file.name === 'on-disk.log' ? '/logs/on-disk.log' : '';
  },
};
