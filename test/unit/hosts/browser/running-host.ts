/** A browser host over a fake engine and a tiny window bundle, and raw requests to it: any header, any path. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveBrowser, type BrowserHost, type BrowserHostSettings } from '../../../../src-main/hosts/browser/index.ts';
import { createFakeEngine, type FakeEngine } from '../fake-engine.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface RunningHost {
  readonly host: BrowserHost;
  readonly engine: FakeEngine;
  /** Parent of the host's spool. */
  readonly spoolParent: string;
  ask(path: string, how?: Ask): Promise<Answer>;
  /** Uses up a fresh address; answers the cookie. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export async function runHost(settings: Partial<BrowserHostSettings> = {}): Promise<RunningHost> {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-host-test-'));
  const rendererFolder = join(folder, 'renderer');
  const spoolParent = join(folder, 'spool');
  for (const path of [rendererFolder, spoolParent, join(rendererFolder, 'assets')]) mkdirSync(path);
  writeFileSync(join(rendererFolder, 'index.html'), '<meta property="csp-nonce" nonce="__NONCE__">');
  writeFileSync(join(rendererFolder, 'assets', 'app.js'), 'console.log("__NONCE__")');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
  writeFileSync(join(folder, 'renderer-old.js'), 'outside');
  const engine = createFakeEngine();
  const host = await serveBrowser({
    engine,
    files: [],
    options: {},
    version: '1.2.3',
    rendererFolder,
    spoolParent,
    ...settings,
  });
  const ask = (path: string, how: Ask = {}): Promise<Answer> => askPort(host.port, path, how);
  return {
    host,
    engine,
    spoolParent,
    ask,
    async signIn() {
      const { headers } = await ask(new URL(host.createAddress()).search.replace('?', '/?'));
      return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    },
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The path goes out as it is: no client in between makes it harmless. */
function askPort(port: number, path: string, { method = 'GET', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
