/**
 * `taillight serve [FILE...]`, and `taillight [FILE...]` where Electron is not to be had: engine, server and window
 * of one run. Acts as it is loaded (dist/main/serve.cjs). Ends when its window is closed, or on SIGINT, SIGTERM, SIGHUP.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../../src-shared/errors.ts';
import { createEngine } from '../../engine/index.ts';
import { findPlaces } from '../../places.ts';
import { readSettings, settingsPath } from '../../settings.ts';
import { followStandardInput } from '../../standard-input.ts';
import { createEngineSettings, parseServeArguments, withSettings, type ServeArguments } from '../../window/index.ts';
import { builtFile } from '../../workers/entry.ts';
import { openWindow } from './open-window.ts';
import { readRememberedPort, rememberPort } from './remembered-port.ts';
import { serveBrowser, type BrowserHost } from './serve-browser.ts';

const help = `Usage: taillight serve [FILE...] [options]

Serves the window to browsers of this machine and opens one. - is standard input, which is followed.

  --port N                  listen on this port of 127.0.0.1 (default: a free one, the same each time)
  --no-open                 open nothing; print the address, which signs in one browser
  --format NAME|FILE        read as this format instead of the detected one
  --encoding NAME           read in this encoding instead of the detected one
  --timezone ZONE           zone of times without a zone, and for display
  --display-timezone ZONE   zone for display
  --year YYYY               year of times without a year
  --follow                  follow the files: show what is written to them from now on; several as one, by time
  --no-cache                neither use nor keep a stored index
  -h, --help                show this help
  -V, --version             show the version

TAILLIGHT_BROWSER names the program that shows the window, one of Chromium's family.
`;

async function run(args: readonly string[]): Promise<number> {
  try {
    const given = parseServeArguments(args, process.cwd());
    if (given.help) process.stdout.write(help);
    else if (given.version) process.stdout.write(`taillight ${readVersion()}\n`);
    else await serve(given);
    return 0;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(error.message);
    return error.code === 'bad-argument' ? 2 : 1;
  }
}

async function serve(given: ServeArguments): Promise<void> {
  const places = findPlaces();
  const { settings, unknown } = readSettings(places.configFolder);
  for (const key of unknown) say(`${settingsPath(places.configFolder)}: "${key}" is not a setting`);
  const { files, options, displayTimezone, readsInput } = withSettings(given, settings);
  const reading = new AbortController();
  const input = readsInput ? followStandardInput({ stdin: process.stdin, signal: reading.signal }) : undefined;
  const engine = createEngine(createEngineSettings(settings, places, options.noCache === true));
  try {
    const preferredPort = readRememberedPort(places.cacheFolder);
    const host = await serveBrowser({
      engine,
      files: input === undefined ? files : [...files, input.path],
      ...(input === undefined ? {} : { input: input.path }),
      options: input === undefined ? options : { ...options, follow: true },
      displayTimezone,
      version: readVersion(),
      port: given.port,
      preferredPort,
      rendererFolder: fileURLToPath(new URL('../renderer', builtFile('serve.js'))),
    });
    if (given.port === 0 && preferredPort === undefined) {
      rememberPort(places.cacheFolder, host.port, (error) => say(`the port is not remembered: ${String(error)}`));
    }
    const ending = new AbortController();
    // However this run ends, its window has nothing to show after it.
    process.on('exit', () => ending.abort());
    try {
      const shown = given.open ? showUntilClosed(host, places.cacheFolder, ending.signal) : printAddress(host);
      await Promise.race([whenStopped(), shown]);
    } finally {
      ending.abort();
      await host.close();
    }
  } finally {
    await engine.close();
    reading.abort();
    input?.remove();
  }
}

/** Resolves when an own window was closed; never for a browser that is not ours. */
async function showUntilClosed(host: BrowserHost, cacheFolder: string, signal: AbortSignal): Promise<void> {
  const opened = await openWindow(host, { env: process.env, platform: process.platform, cacheFolder }, signal);
  switch (opened.kind) {
    case 'app-window':
      say(`opened a window of ${opened.browser.name} (${opened.browser.path})`);
      await opened.ended;
      return;
    case 'default-browser':
      say(`opened the default browser, because ${opened.why}; Ctrl+C ends`);
      return forever();
    case 'none':
      say(`open the address yourself, because ${opened.why}; Ctrl+C ends`);
      return printAddress(host);
  }
}

/** On standard output, alone on its line, for people and scripts. */
function printAddress(host: BrowserHost): Promise<never> {
  process.stdout.write(`${host.createAddress()}\n`);
  return forever();
}

const forever = (): Promise<never> => new Promise(() => {});

/** The first signal asks for an orderly end; a second one ends at once, by Node's own default. */
function whenStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', builtFile('serve.js')), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

function say(line: string): void {
  process.stderr.write(`taillight: ${line}\n`);
}

void run(process.argv[2] === 'serve' ? process.argv.slice(3) : process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
