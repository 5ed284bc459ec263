/**
 * Exports of a page: it gets a token instead of a path, the engine writes into the spool, and the finished file is
 * fetched from /download/TOKEN, as often as wanted until the host closes.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../../../src-shared/errors.ts';
import type { ExportRequest, JobState } from '../../../src-shared/protocol.ts';
import { headersOf, safeFileName } from '../../window/index.ts';
import { answerText } from './answer.ts';
import { attachment } from './attachment.ts';
import type { Spool } from './spool.ts';

export interface Downloads {
  /** A token for one export. */
  createTarget(suggestedName: string): Promise<{ readonly download: string }>;
  /** The same export to the token's file in the spool. @throws EngineError `bad-argument` */
  toSpool(request: ExportRequest): ExportRequest;
  /** The same state with a link where the engine tells a path of the spool. */
  readonly toPage: (state: JobState) => JobState;
  send(response: ServerResponse, token: string, withBody: boolean): Promise<void>;
}

export const downloadPath = '/download/';

export function createDownloads(spool: Spool): Downloads {
  const paths = new Map<string, string>();
  return {
    async createTarget(suggestedName) {
      const token = randomBytes(24).toString('base64url');
      paths.set(token, join(await spool.createFolder(), safeFileName(suggestedName, 'export.csv')));
      return { download: token };
    },
    toSpool(request) {
      const path = 'download' in request.target ? paths.get(request.target.download) : undefined;
      if (path === undefined) {
        throw new EngineError('bad-argument', 'A browser window exports by download; choose a name for it first.');
      }
      return { ...request, target: { path } };
    },
    toPage(state) {
      const { result, ...rest } = state;
      if (result?.path === undefined) return state;
      const entry = [...paths].find(([, path]) => path === result.path);
      return entry === undefined ? rest : { ...rest, result: { href: downloadPath + entry[0] } };
    },
    async send(response, token, withBody) {
      const path = paths.get(token);
      const file = path === undefined ? undefined : await openIfThere(path);
      if (path === undefined || file === undefined) {
        answerText(response, 404, 'There is no such download, or its export is not finished.');
        return;
      }
      const { size } = await file.stat();
      response.writeHead(200, {
        ...headersOf('application/octet-stream', "default-src 'none'; sandbox"),
        'content-length': size,
        'content-disposition': attachment(basename(path)),
      });
      if (withBody) {
        // Closes the file, also when the page goes away in the middle.
        await pipeline(createReadStream('', { fd: file }), response);
      } else {
        await file.close();
        response.end();
      }
    },
  };
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
