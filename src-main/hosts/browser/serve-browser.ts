/**
 * The local browser host: serves the window and the engine to browsers of this machine, on 127.0.0.1 alone.
 * Runs in the engine's process. Opens no window by itself (open-window.ts does) and does not own the engine.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EngineError } from '../../../src-shared/errors.ts';
import type { OpenOptions } from '../../../src-shared/protocol.ts';
import type { Engine } from '../../engine/index.ts';
import { createFilesToOpen, readBundleFile } from '../../window/index.ts';
import { createAccess, type Access } from './access.ts';
import { answerError, answerSignedIn, answerSignedOut, answerText } from './answer.ts';
import { createDownloads, downloadPath, type Downloads } from './downloads.ts';
import { createPageEvents, createPageHandlers } from './handlers.ts';
import { acceptSockets } from './sockets.ts';
import { createSpool } from './spool.ts';
import { createUploads, type Uploads } from './uploads.ts';

export interface BrowserHostSettings {
  readonly engine: Engine;
  /** Absolute paths that the first window opens. */
  readonly files: readonly string[];
  /** The one of them that keeps standard input. */
  readonly input?: string;
  readonly options: OpenOptions;
  /** Default: the system's zone. */
  readonly displayTimezone?: string;
  readonly version: string;
  /** 0, the default: the preferred port if it is free, else any. */
  readonly port?: number;
  readonly preferredPort?: number;
  /** The built window, dist/renderer. */
  readonly rendererFolder: string;
  /** Where the spool folder is made; default: the system's temporary folder. */
  readonly spoolParent?: string;
  /** Most bytes of one dropped file; default 64 GiB. */
  readonly uploadLimitBytes?: number;
  /** Told what failed with nobody waiting for it; default: console.error. */
  readonly onError?: (error: unknown) => void;
}

export interface BrowserHost {
  readonly port: number;
  readonly origin: string;
  /** An address that signs in one browser, once. */
  readonly createAddress: () => string;
  /** Connected pages. */
  readonly clients: number;
  /** Told whenever a page connected or went. Returns the function that stops listening. */
  onClients(listener: (count: number) => void): () => void;
  /** Ends all connections and removes the spool; the engine is left to its owner. */
  close(): Promise<void>;
}

const defaultUploadLimitBytes = 64 * 1024 ** 3;

/** @throws EngineError `bad-argument` when the port cannot be had */
export async function serveBrowser(settings: BrowserHostSettings): Promise<BrowserHost> {
  const server = createServer();
  // An upload takes as long as it takes; headers still have Node's own limit.
  server.requestTimeout = 0;
  const port = await listenSomewhere(server, settings.port ?? 0, settings.preferredPort);
  const access = createAccess(port);
  const spool = createSpool(settings.spoolParent);
  const uploads = createUploads(spool, settings.uploadLimitBytes ?? defaultUploadLimitBytes);
  const downloads = createDownloads(spool);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = {
    engine: settings.engine,
    filesToOpen: createFilesToOpen(settings.files),
    spool,
    uploads,
    downloads,
    hello: {
      name: 'taillight',
      version: settings.version,
      host: 'browser',
      timezone: zone,
      platform: process.platform,
      ...(settings.input === undefined ? {} : { input: settings.input }),
      options: settings.options,
      displayTimezone: settings.displayTimezone ?? zone,
    },
  } as const;

  const listeners = new Set<(count: number) => void>();
  const onClients = (count: number): void => {
    for (const listener of listeners) listener(count);
  };
  const onError = settings.onError ?? console.error;
  const sockets = acceptSockets(server, access, createPageHandlers(parts), createPageEvents(parts), onClients, onError);
  const routes = { access, uploads, downloads, rendererFolder: settings.rendererFolder };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => void answer(request, response, routes));
  // The last resort when the process ends without close(): an exception, or exit() somewhere.
  process.on('exit', spool.remove);

  return {
    port,
    origin: access.origin,
    createAddress: access.createAddress,
    get clients() {
      return sockets.clients;
    },
    onClients(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      sockets.close();
      server.closeAllConnections();
      await closed;
      spool.remove();
      process.off('exit', spool.remove);
    },
  };
}

async function listenSomewhere(server: Server, port: number, preferred: number | undefined): Promise<number> {
  if (port !== 0 || preferred === undefined) return listen(server, port);
  try {
    return await listen(server, preferred);
  } catch (error) {
    if (error instanceof EngineError) return listen(server, 0);
    throw error;
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${String(code)})`;
    throw new EngineError('bad-argument', `Port ${port} ${reason}; give another --port, or none for any free one.`);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port.');
  return address.port;
}

interface Routes {
  readonly access: Access;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  readonly rendererFolder: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> {
  try {
    await route(request, response, routes);
  } catch (error) {
    // A page that went away in the middle needs no answer.
    if (response.headersSent) response.destroy();
    else answerError(response, error);
  }
}

async function route(request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> {
  const { access, uploads, downloads, rendererFolder } = routes;
  if (!access.isOurHost(request)) return answerText(response, 403, `Use the address ${access.origin}.`);
  const target = request.url ?? '';
  const url =
    target.startsWith('/') && URL.canParse(target, access.origin) ? new URL(target, access.origin) : undefined;
  // `//host/path` would name another host.
  if (url?.origin !== access.origin) return answerText(response, 400, 'Bad request.');
  const isReading = request.method === 'GET' || request.method === 'HEAD';

  const token = url.searchParams.get('token');
  if (request.method === 'GET' && url.pathname === '/' && token !== null) {
    if (access.redeem(token)) return answerSignedIn(response, access.sessionCookie);
    if (access.hasSession(request)) return answerSignedIn(response, undefined);
    return answerSignedOut(response);
  }
  if (!access.hasSession(request) || !access.isOurOrigin(request, !isReading)) return answerSignedOut(response);

  if (url.pathname === '/upload') {
    if (request.method !== 'POST') return answerText(response, 405, 'Use POST.');
    return uploads.receive(request, response, url.searchParams.get('name') ?? '');
  }
  if (!isReading) return answerText(response, 405, 'Use GET.');
  if (url.pathname.startsWith(downloadPath)) {
    return downloads.send(response, url.pathname.slice(downloadPath.length), request.method === 'GET');
  }
  const file = await readBundleFile(rendererFolder, url.pathname);
  if (file === undefined) return answerText(response, 404, 'Not found.');
  response.writeHead(200, { ...file.headers, 'content-length': file.body.length });
  response.end(request.method === 'GET' ? file.body : undefined);
}
