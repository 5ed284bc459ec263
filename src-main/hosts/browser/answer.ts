/** Short answers: text, errors as data, and the page for those who are not signed in. */
import type { ServerResponse } from 'node:http';
import { EngineError, errorToData, type ErrorCode } from '../../../src-shared/errors.ts';
import { headersOf } from '../../window/index.ts';

const nothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, headersOf('text/plain; charset=utf-8', nothingAllowed));
  response.end(`${text}\n`);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, headersOf('application/json', nothingAllowed));
  response.end(JSON.stringify(value));
}

export function answerError(response: ServerResponse, error: unknown): void {
  answerJson(response, error instanceof EngineError ? statusOf(error.code) : 500, errorToData(error));
}

function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'too-large':
      return 413;
    case 'disk-full':
      return 507;
    case 'not-found':
      return 404;
    case 'bad-argument':
      return 400;
    default:
      return 500;
  }
}

/** To `/` with the session, so that the token stays in no history. */
export function answerSignedIn(response: ServerResponse, cookie: string | undefined): void {
  response.writeHead(303, {
    ...headersOf('text/plain; charset=utf-8', nothingAllowed),
    location: '/',
    ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
  });
  response.end();
}

/**
 * The link is for those who came from a page elsewhere: browsers keep a strict cookie from the very redirect that
 * set it, and send it with the next click.
 */
export function answerSignedOut(response: ServerResponse): void {
  response.writeHead(403, headersOf('text/html; charset=utf-8', nothingAllowed));
  response.end(
    '<!doctype html><meta charset="utf-8"><title>Taillight</title>' +
      '<p>This browser is not signed in to this Taillight, or its address was already used.</p>' +
      '<p><a href="/">Try again</a>, or start <code>taillight serve</code> anew and open the address that it prints.</p>',
  );
}
