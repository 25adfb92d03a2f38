import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

const COOKIE = 'quantum-console';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares sums: they have one length, so that the time it takes gives nothing away. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(sha256(given), sha256(expected));

/** The cookie's value: it is not the token, which the browser then does not keep. */
const cookieValue = (token: string): string => createHmac('sha256', token).update(COOKIE).digest('hex');

function cookieOf(header: string | undefined): string {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? '';
}

/**
 * Whether a request carries the token, as a bearer token or as the cookie of a login. Without a token everyone may
 * look.
 */
export function isAllowed({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  // Both are always compared: which one failed cannot be measured.
  const byHeader = isSame(headers.authorization ?? '', `Bearer ${token}`);
  const byCookie = isSame(cookieOf(headers.cookie), cookieValue(token));
  return byHeader || byCookie;
}

/** `Set-Cookie` for a login with this token; undefined: it is another one. */
export const loginCookie = (given: string, token: string): string | undefined =>
  isSame(given, token)
    ? `${COOKIE}=${cookieValue(token)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200`
    : undefined;

/**
 * Whether a request names a host of this machine. Without a token a page elsewhere could otherwise have its own name
 * resolve to 127.0.0.1, and read ours through the operator's browser.
 */
export function namesLoopback({ headers }: IncomingMessage): boolean {
  const name = (headers.host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}
