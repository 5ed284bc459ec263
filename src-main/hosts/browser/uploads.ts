/**
 * `POST /upload?name=NAME`: a file dropped on the page, streamed into the spool, since a page has no paths. Answers
 * {path} for a call of `open`, or the error as data. The file goes when its source is closed.
 */
import { createWriteStream } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../../src-shared/errors.ts';
import { safeFileName } from '../../window/index.ts';
import { answerError, answerJson } from './answer.ts';
import type { Spool } from './spool.ts';

export interface Uploads {
  receive(request: IncomingMessage, response: ServerResponse, name: string): Promise<void>;
  /** Removes an uploaded file; other paths are left alone. */
  release(path: string): Promise<void>;
}

/** Left free on the disk, for the index and for everyone else. */
const reservedBytes = 1024 ** 3;
/** How long a refused sender may go on, so that the answer reaches it before the connection ends. */
const drainMs = 2_000;

export function createUploads(spool: Spool, limitBytes: number): Uploads {
  const uploaded = new Set<string>();
  return {
    async receive(request, response, name) {
      let path: string | undefined;
      try {
        await checkSize(request, spool.folder, limitBytes);
        path = join(await spool.createFolder(), safeFileName(name, 'dropped.log'));
        await pipeline(withinLimit(request, limitBytes), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      } catch (error) {
        if (path !== undefined) await rm(dirname(path), { recursive: true, force: true });
        refuse(request, response, asEngineError(error));
        return;
      }
      uploaded.add(path);
      answerJson(response, 200, { path });
    },
    async release(path) {
      if (uploaded.delete(path)) await rm(dirname(path), { recursive: true, force: true });
    },
  };
}

/** Before anything is stored: browsers say how much they are going to send. */
async function checkSize(request: IncomingMessage, folder: string, limitBytes: number): Promise<void> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limitBytes) throw tooLarge(limitBytes);
  const { bavail, bsize } = await statfs(folder);
  if (announced > bavail * bsize - reservedBytes) throw diskFull();
}

/** Leaves the request open when it ends early: the refusal still has to get to its sender. */
async function* withinLimit(request: IncomingMessage, limitBytes: number): AsyncGenerator<Buffer> {
  let received = 0;
  const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > limitBytes) throw tooLarge(limitBytes);
    yield chunk;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: EngineError): void {
  if (request.socket.destroyed) return;
  response.setHeader('connection', 'close');
  answerError(response, error);
  request.resume();
  setTimeout(() => request.destroy(), drainMs).unref();
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull();
  return new EngineError('not-writable', `The dropped file could not be stored (${String(code ?? error)}).`);
}

const tooLarge = (limitBytes: number): EngineError =>
  new EngineError(
    'too-large',
    `Dropped files may have up to ${Math.floor(limitBytes / 1024 ** 2)} MiB; open this one by its path instead.`,
  );

const diskFull = (): EngineError =>
  new EngineError('disk-full', 'There is no room for a copy of the dropped file; open it by its path instead.');
