/** Every way in which a window reaches the real engine: as each host connects it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel as NodeMessageChannel } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import { serveBrowser } from '../../src-main/hosts/browser/index.ts';
import { createClients } from '../../src-main/hosts/electron/clients.ts';
import { createFilesToOpen } from '../../src-main/window/index.ts';
import {
  createCaller,
  createChannelPair,
  mainPortChannel,
  nodePortChannel,
  portChannel,
  webSocketChannel,
  type Caller,
  type Channel,
} from '../../src-shared/rpc/index.ts';
import { MessageChannelMain } from '../stand-ins/message-channel-main.ts';

export interface EngineWindow {
  readonly caller: Caller;
  /** Fetches what a finished export left for this window. */
  readonly readExport: (result: { readonly path?: string; readonly href?: string }) => Promise<string>;
}

interface Place {
  readonly engine: Engine;
  readonly folder: string;
}

interface Opened extends EngineWindow {
  close(): Promise<void>;
}

type Connect = (place: Place) => Promise<Opened>;

export const windowKinds: Readonly<Record<string, Connect>> = {
  'in memory': (place) => {
    const [client, server] = createChannelPair();
    return desktopWindow(place, client, server);
  },
  'over a port of Node': (place) => {
    const { port1, port2 } = new NodeMessageChannel();
    return desktopWindow(place, nodePortChannel(port1), nodePortChannel(port2));
  },
  'of the desktop program': (place) => {
    const { port1, port2 } = new MessageChannelMain();
    return desktopWindow(place, portChannel(port2.transfer()), mainPortChannel(port1));
  },
  'of the local browser host': browserWindow,
};

/** Runs `work` with a window of this kind, its own engine and an empty folder; ends all of it. */
export async function withWindow(kind: string, work: (window: EngineWindow, folder: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-contract-'));
  const engine = createEngine({
    workers: 1,
    configFolder: join(folder, 'config'),
    cacheFolder: join(folder, 'cache'),
    spoolFolder: join(folder, 'spool'),
  });
  try {
    const window = await windowKinds[kind]({ engine, folder });
    try {
      await work(window, folder);
    } finally {
      await window.close();
    }
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function desktopWindow({ engine, folder }: Place, client: Channel, server: Channel): Promise<Opened> {
  const clients = createClients({
    engine,
    filesToOpen: createFilesToOpen(['/logs/first.log']),
    pickFiles: async () => ['/logs/picked.log'],
    pickExportPath: async (name) => join(folder, name),
    onOpened() {},
    onError(error) {
      throw error;
    },
    hello: { ...facts, host: 'electron' },
  });
  clients.connect(server);
  const caller = createCaller(client);
  return {
    caller,
    readExport: async ({ path = '' }) => readFileSync(path, 'utf8'),
    close: async () => caller.close(),
  };
}

async function browserWindow({ engine, folder }: Place): Promise<Opened> {
  writeFileSync(join(folder, 'index.html'), '');
  const host = await serveBrowser({
    engine,
    files: ['/logs/first.log'],
    options: facts.options,
    displayTimezone: facts.displayTimezone,
    version: facts.version,
    rendererFolder: folder,
    spoolParent: folder,
  });
  const signedIn = await ask(host.createAddress(), {});
  const cookie = signedIn.headers['set-cookie']?.[0].split(';')[0] ?? '';
  const headers = { cookie, origin: host.origin };
  const caller = createCaller(
    webSocketChannel(new WebSocket(`${host.origin.replace('http', 'ws')}/engine`, { headers })),
  );
  return {
    caller,
    readExport: async ({ href = '' }) => (await ask(host.origin + href, { cookie })).body,
    close: () => host.close(),
  };
}

const facts = {
  name: 'taillight',
  version: '1.2.3',
  timezone: 'UTC',
  platform: process.platform,
  options: {},
  displayTimezone: 'Europe/Berlin',
} as const;

async function ask(url: string, headers: Record<string, string>) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { headers: response.headers, body: Buffer.concat(chunks).toString('utf8') };
}
