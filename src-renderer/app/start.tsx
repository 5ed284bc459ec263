/** Starts the window over a channel: makes its state, renders it, and says so when there is no engine (any more). */
import { createRoot, type Root } from 'react-dom/client';
import type { OpenOptions } from '../../src-shared/protocol.ts';
import type { Channel } from '../../src-shared/rpc/index.ts';
import { createClient, type Client } from '../engine/index.ts';
import { EmptyState } from '../widgets/index.ts';
import { App } from './app.tsx';
import { commandNamed } from './commands.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { reportIdle } from './idle.ts';
import { texts } from './texts.ts';
import { createWindowModel, type WindowModel } from './window-model.ts';
import '../styles/index.css';

/** Renders into the page's root element; failures are shown there too. */
export function startWindow(connect: () => Promise<Channel>): void {
  const root = createRoot(document.getElementById('root') ?? document.body);
  root.render(
    <main className="whole-window">
      <EmptyState isBusy title={texts.app.connecting} />
    </main>,
  );
  start(root, connect).catch((error: unknown) => {
    root.render(
      <main className="whole-window">
        <EmptyState
          tone="error"
          title={texts.app.failedToConnect}
          hint={error instanceof Error ? error.message : String(error)}
          actions={[reload]}
        />
      </main>,
    );
  });
}

async function start(root: Root, connect: () => Promise<Channel>): Promise<void> {
  const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  // Radix adds style elements through get-nonce, which looks here.
  Reflect.set(globalThis, '__webpack_nonce__', styleNonce);
  const client = createClient(await connect());
  client.onClose(() => root.render(<Lost />));
  const [hello, sources] = await Promise.all([client.call('hello', {}), client.call('sources', {})]);
  const model = createWindowModel(client, hello, storageOf());
  followHost(client, model);
  reportIdle(client.activity);
  root.render(
    <ErrorBoundary hint={texts.app.crashedHint}>
      <App model={model} styleNonce={styleNonce} />
    </ErrorBoundary>,
  );
  // After a reload the sources are open already; files may be waiting as well.
  await model.workspace.adopt(sources);
  await openAll(model, hello.files, hello.options);
}

/** Each file in a tab, or all that are to be followed in one. */
async function openAll(
  { workspace, hello }: WindowModel,
  paths: readonly string[],
  options: OpenOptions,
): Promise<void> {
  // Standard input is followed beside the files, which then were not asked to be.
  if (options.follow === true && hello.input === undefined) await workspace.followMerged(paths, options);
  else await Promise.all(paths.map((path) => workspace.open(path, options)));
}

/** What the shell asks of the window: files to open, commands of its menu. */
function followHost(client: Client, model: WindowModel): void {
  client.on('openRequested', ({ paths, follow }) => {
    const options = follow === true ? { ...model.hello.options, follow } : model.hello.options;
    void openAll(model, paths, options);
  });
  client.on('commandRequested', ({ command }) => commandNamed(command)?.run(model));
}

/** Storage can be refused altogether. */
function storageOf(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const reload = { label: texts.app.reload, run: () => location.reload(), isMain: true };

const Lost = () => (
  <main className="whole-window">
    <EmptyState tone="error" title={texts.app.lost} hint={texts.app.lostHint} actions={[reload]} />
  </main>
);
