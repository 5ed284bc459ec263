/**
 * The desktop program once Electron is ready: engine, window, menu and dialogs of one run, and the order in which
 * they end. Files asked for before that, or while no page listens, wait for the next page that says hello.
 */
import { app, dialog, Menu, protocol, session, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { EngineError } from '../../../src-shared/errors.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import type { Places } from '../../places.ts';
import { readSettings, type Settings } from '../../settings.ts';
import {
  createEngineSettings,
  createFilesToOpen,
  parseWindowArguments,
  withSettings,
  type WindowArguments,
} from '../../window/index.ts';
import { readSecondStart } from './args.ts';
import { createClients, type Clients } from './clients.ts';
import { createDesktopMemory } from './desktop-state.ts';
import { createDialogs } from './dialogs.ts';
import { menuTemplate } from './menu.ts';
import { servePorts } from './ports.ts';
import { answerBundle, scheme } from './protocol.ts';
import { guardSession } from './security.ts';
import { focusWindow, openWindow } from './window.ts';

export interface DesktopSettings {
  readonly given: WindowArguments;
  /** The file among them that keeps standard input. */
  readonly input?: string;
  readonly places: Places;
  /** The built window and the built preload. */
  readonly rendererFolder: string;
  readonly preloadPath: string;
}

export interface Desktop {
  /** At any time, also before the program is ready. */
  openPaths(paths: readonly string[]): void;
  /** Another start handed over its arguments (see SecondStart). */
  startedAgain(received: unknown): void;
  /** Once, when the program is ready. */
  start(): void;
}

/** Workers end within milliseconds; one stuck in a regular expression is killed with the process. */
const closeWaitMs = 3_000;

export function createDesktop({ given, input, places, rendererFolder, preloadPath }: DesktopSettings): Desktop {
  const filesToOpen = createFilesToOpen(given.files);
  let clients: Clients | undefined;
  let window: BrowserWindow | undefined;
  let showWindow = (): void => {};

  function openPaths(paths: readonly string[], follow = false): void {
    if (paths.length === 0) return;
    filesToOpen.add(paths);
    clients?.tell('openRequested', { paths, ...(follow ? { follow } : {}) });
    showWindow();
  }

  function start(): void {
    const settings = readSettingsOrTell(places.configFolder);
    const { options, displayTimezone } = withSettings(given, settings);
    const memory = createDesktopMemory(join(places.configFolder, 'window.json'), console.error);
    const dialogs = createDialogs(memory, app.getPath('home'), () => window);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const engine = createEngine(createEngineSettings(settings, places, options.noCache === true));

    clients = createClients({
      engine,
      filesToOpen,
      pickFiles: () => dialogs.pickFiles(),
      pickExportPath: (name) => dialogs.pickExportPath(name),
      onOpened(path) {
        // Linux desktops keep no such list for programs.
        if (process.platform !== 'linux') app.addRecentDocument(path);
      },
      onError: console.error,
      hello: {
        name: 'taillight',
        version: app.getVersion(),
        host: 'electron',
        timezone: zone,
        platform: process.platform,
        ...(input === undefined ? {} : { input }),
        options,
        displayTimezone: displayTimezone ?? zone,
      },
    });

    showWindow = () => {
      if (window !== undefined) {
        focusWindow(window);
        return;
      }
      const opened = openWindow({ preloadPath, memory, onError: console.error });
      opened.once('closed', () => {
        if (window === opened) window = undefined;
      });
      window = opened;
    };

    guardSession(session.defaultSession);
    protocol.handle(scheme, (request) => answerBundle(rendererFolder, request));
    servePorts(clients.connect);
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          platform: process.platform,
          isPackaged: app.isPackaged,
          sendCommand(command) {
            showWindow();
            clients?.tell('commandRequested', { command });
          },
        }),
      ),
    );
    app.on('activate', showWindow);
    app.on('window-all-closed', () => {
      // On macOS a program stays in the dock without windows.
      if (process.platform !== 'darwin') app.quit();
    });
    closeEngineOnQuit(engine);
    showWindow();
  }

  return {
    openPaths,
    startedAgain(received) {
      const second = readSecondStart(received);
      if (second !== undefined) {
        const { files, options } = parseWindowArguments(second.args, second.cwd);
        openPaths(files, options.follow === true);
      }
      showWindow();
    },
    start,
  };
}

/** Exiting with workers at work has crashed Electron before, so the engine ends first, within reason. */
function closeEngineOnQuit(engine: Engine): void {
  let isClosing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const late = new Promise((resolve) => setTimeout(resolve, closeWaitMs));
    void Promise.race([engine.close(), late])
      .catch(console.error)
      .finally(() => app.exit(0));
  });
}

/** Wrong settings are told; the program then starts without them rather than not at all. */
function readSettingsOrTell(configFolder: string): Settings {
  try {
    return readSettings(configFolder).settings;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    dialog.showErrorBox('The settings could not be read', error.message);
    return {};
  }
}
