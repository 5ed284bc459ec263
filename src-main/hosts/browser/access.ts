/**
 * Who may talk to the server. It listens on loopback, but every page in every browser of this machine, and every
 * local user, can reach that: so each request must name this very address as its Host (else a rebound DNS name could
 * pose as us), come from our own page where browsers say so (Origin, Sec-Fetch-Site), and carry the session cookie.
 * The cookie is had once for each one-time address, which only the starter of the program learns.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Access {
  readonly origin: string;
  /** A fresh address that signs in one browser, once. */
  readonly createAddress: () => string;
  /** True once for each token of a created address. */
  redeem(token: string): boolean;
  /** The Set-Cookie of a redeemed token. */
  readonly sessionCookie: string;
  isOurHost(request: IncomingMessage): boolean;
  hasSession(request: IncomingMessage): boolean;
  /** Not sent by a page of another origin; `required`: and demonstrably sent by our own. */
  isOurOrigin(request: IncomingMessage, required: boolean): boolean;
}

export function createAccess(port: number): Access {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  // Cookies are shared by all ports of a host, so the name tells servers apart.
  const cookieName = `taillight-${port}`;
  const session = randomSecret();
  const tokens = new Set<string>();
  return {
    origin,
    createAddress() {
      const token = randomSecret();
      tokens.add(token);
      return `${origin}/?token=${token}`;
    },
    redeem(token) {
      const known = [...tokens].find((candidate) => isSame(candidate, token));
      return known !== undefined && tokens.delete(known);
    },
    sessionCookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    isOurHost: (request) => request.headers.host === host,
    hasSession: (request) => readCookies(request, cookieName).some((value) => isSame(value, session)),
    isOurOrigin(request, required) {
      const site = request.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
      const from = request.headers.origin;
      return from === undefined ? !required : from === origin;
    },
  };
}

const randomSecret = (): string => randomBytes(32).toString('base64url');

/** Takes the same time wherever the texts differ. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function readCookies(request: IncomingMessage, name: string): string[] {
  return (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
