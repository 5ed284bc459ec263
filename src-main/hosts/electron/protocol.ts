/**
 * `app://bundle/`: the window's files inside the program, without a server. Answers with plain Responses, so that it
 * needs nothing of electron but the scheme's registration.
 */
import type { CustomScheme } from 'electron';
import { contentPolicy, headersOf, readBundleFile } from '../../window/index.ts';

export const scheme = 'app';
const host = 'bundle';
export const windowUrl = `${scheme}://${host}/index.html`;

/** To be registered once, before the program is ready. */
export const bundleScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

/** Compared by protocol and host: `URL.origin` of a scheme that Node does not know is the text "null". */
export function isBundleUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host: of } = new URL(url);
  return protocol === `${scheme}:` && of === host;
}

/** Never rejects: that would be shown as a failure of the network. */
export async function answerBundle(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET') return answerText(405, 'Use GET.');
  if (!isBundleUrl(request.url)) return answerText(404, 'Not found.');
  try {
    const file = await readBundleFile(root, new URL(request.url).pathname);
    if (file === undefined) return answerText(404, 'Not found.');
    return new Response(file.body, { headers: file.headers });
  } catch (error) {
    console.error(error);
    return answerText(500, 'The file could not be read.');
  }
}

/** Electron takes a response without a type for HTML. */
const answerText = (status: number, text: string): Response =>
  new Response(text, { status, headers: headersOf('text/plain; charset=utf-8', contentPolicy()) });
