/**
 * The window's files (dist/renderer) as a host serves them: containment, content types and the content security
 * policy, the same for the app:// protocol and for http. Knows neither electron nor http.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { extname, join, sep } from 'node:path';

export interface BundleFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What HTML of the bundle has in place of the nonce; the page takes it from there for the styles it adds. */
const noncePlace = '__NONCE__';

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.mjs', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.map', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
]);

/**
 * A file of the bundle by the path of its URL (as written there, still encoded); '/' is index.html.
 * Undefined: no such file, or not one of the bundle.
 */
export async function readBundleFile(root: string, urlPath: string): Promise<BundleFile | undefined> {
  const path = resolveInside(root, urlPath === '/' ? '/index.html' : urlPath);
  if (path === undefined) return undefined;
  const contentType = contentTypes.get(extname(path).toLowerCase());
  if (contentType === undefined) return undefined;
  const bytes = await readIfFile(path);
  if (bytes === undefined) return undefined;
  if (extname(path) !== '.html') return { body: bytes, headers: headersOf(contentType, contentPolicy()) };
  const nonce = randomBytes(16).toString('base64');
  const html = Buffer.from(bytes.toString('utf8').replaceAll(noncePlace, nonce));
  return { body: html, headers: headersOf(contentType, contentPolicy(nonce)) };
}

/** Only what the bundle itself holds runs, loads and connects; `nonce` admits the page's own style elements. */
export function contentPolicy(nonce?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer to a page, also those that are no file of the bundle. */
export function headersOf(contentType: string, policy: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

/** `path.resolve` would leave the root, as URL paths begin with a slash; %2f and %5c survive URL parsing. */
export function resolveInside(root: string, urlPath: string): string | undefined {
  const name = decode(urlPath);
  if (name === undefined || name.includes('\0') || name.includes('\\')) return undefined;
  const path = join(root, name);
  return path.startsWith(root.endsWith(sep) ? root : root + sep) ? path : undefined;
}

function decode(urlPath: string): string | undefined {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
}

async function readIfFile(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    // Looked up at each call: Electron replaces this function by one that reads archives (app.asar).
    return await fs.readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
