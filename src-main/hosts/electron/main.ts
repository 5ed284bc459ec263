/**
 * Entry of the desktop program. Everything here runs synchronously while the module loads: Electron becomes ready
 * only after that, and schemes, the lock and files opened by the desktop must be in place before. Never a top-level
 * await on readiness: it would wait for itself.
 */
import { app, dialog, protocol } from 'electron';
import { join } from 'node:path';
import { createPrivateFolder, findPlaces } from '../../places.ts';
import { followStandardInput } from '../../standard-input.ts';
import { parseWindowArguments } from '../../window/index.ts';
import { ownArguments, type SecondStart } from './args.ts';
import { createDesktop } from './desktop.ts';
import { bundleScheme } from './protocol.ts';
import { guardContents } from './security.ts';

/** The same as in electron-builder.yml: Windows groups windows and shows notifications by it. */
const appId = 'org.taillight.Taillight';

startProgram();

function startProgram(): void {
  const places = findPlaces();
  keepChromiumApart(join(places.configFolder, 'electron'));
  protocol.registerSchemesAsPrivileged([bundleScheme]);
  if (process.platform === 'win32') app.setAppUserModelId(appId);

  const given = ownArguments(process.argv, process.defaultApp);
  const cwd = process.cwd();
  // Only this process has the pipe, also when the window is another start's.
  const input = given.includes('-')
    ? followStandardInput({ stdin: process.stdin, signal: new AbortController().signal })
    : undefined;
  const args = input === undefined ? given : [...given.filter((arg) => arg !== '-'), '--follow', input.path];
  const desktop = createDesktop({
    given: parseWindowArguments(args, cwd),
    ...(input === undefined ? {} : { input: input.path }),
    places,
    rendererFolder: join(import.meta.dirname, '..', 'renderer'),
    preloadPath: join(import.meta.dirname, 'preload.cjs'),
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    desktop.openPaths([path]);
  });
  app.on('web-contents-created', (_event, contents) => guardContents(contents));

  const handover: SecondStart = { args, cwd };
  if (!app.requestSingleInstanceLock({ ...handover })) {
    // What comes through the pipe is written for the other start to its end.
    void (input?.ended ?? Promise.resolve()).finally(() => app.quit());
    return;
  }
  app.on('second-instance', (_event, _argv, _cwd, received) => desktop.startedAgain(received));
  app
    .whenReady()
    .then(() => desktop.start())
    .catch((error: unknown) => {
      dialog.showErrorBox('Taillight cannot start', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
}

/** Chromium keeps a profile, and the lock, in a folder; by default that would be our own configuration folder. */
function keepChromiumApart(folder: string): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  try {
    createPrivateFolder(folder);
  } catch (error) {
    // A read-only home: Electron's own choice may be no better, but says so in its own way.
    console.error(error);
    return;
  }
  app.setPath('userData', folder);
}
