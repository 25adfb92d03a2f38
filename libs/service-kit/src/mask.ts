import { isIPv6 } from 'node:net';
import { parseRedisUrl } from '@quantum/redis-io';

/** What can be one URL: no blank, no quote. */
const WORD = /[^\s"'`<>]+/g;
const QUERY_LOGIN = /([?&][a-z_]*(?:password|username)=)[^&\s"']*/gi;
/** The login in the forms of a URL that messages explain. */
const LOGIN_FORM = '[user:password@]';

/**
 * Hides what is between the first `scheme://` and the last `@`: an unescaped `@` or `/` may be part of a password. One
 * pass, as a text may have a million characters: the regular expression for this takes minutes of a run of letters.
 */
function maskLogin(word: string): string {
  const at = word.lastIndexOf('@');
  for (let end = word.indexOf('://') + 3; end >= 3 && end <= at; end = word.indexOf('://', end) + 3) {
    const hasScheme = /[a-z0-9+.-]/i.test(word[end - 4] ?? '');
    if (hasScheme && !word.startsWith(LOGIN_FORM, end)) return `${word.slice(0, end)}***${word.slice(at)}`;
  }
  return word;
}

/**
 * Replaces logins in the URLs of a text (`scheme://user:password@host`, `?password=`) with `***`; leaves all else as it
 * is.
 */
export const maskUrls = (text: string): string =>
  (text.includes('://') ? text.replace(WORD, maskLogin) : text).replace(QUERY_LOGIN, '$1***');

/** A text that is meant to be a URL, in parts. The scheme may be missing; what is before the last `@` is its login. */
function partsOf(url: string): { scheme: string; login: string | undefined; rest: string } {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0] ?? '';
  const at = url.lastIndexOf('@');
  if (at < scheme.length) return { scheme, login: undefined, rest: url.slice(scheme.length) };
  return { scheme, login: url.slice(scheme.length, at), rest: url.slice(at + 1) };
}

/** Fit to be shown: of a value that is meant to be a Redis URL, right or wrong, everything but login and query. */
export function maskRedisUrl(url: string): string {
  const { scheme, login, rest } = partsOf(url);
  if (/password=/i.test(url)) {
    // Of a broken URL with a password in its query, it is unknown where that password begins and ends.
    if (parseRedisUrl(url) === undefined) return `${scheme}***`;
    return `${maskRedisUrl(url.replace(/\?.*$/s, ''))}?***`;
  }
  const [, place = '', query = ''] = /^([^?#]*)(.*)$/s.exec(rest) ?? [];
  const shownQuery = query === '' || /^\?db=\d+$/.test(query) ? query : '?***';
  return `${scheme}${login === undefined ? '' : '***@'}${place}${shownQuery}`;
}

/**
 * The secrets in a value that is meant to be a Redis URL, right or wrong. A login without a password counts: it may be
 * a token.
 */
export function secretsOfRedisUrl(url: string): string[] {
  const { login = '' } = partsOf(url);
  const colon = login.indexOf(':');
  // With its `@`: of a login of a few characters, that much can still be hidden where somebody quotes the URL.
  const inLogin = login === '' ? [] : [login.slice(colon + 1), login, `${login}@`];
  const inQuery = [...url.matchAll(/[?&][a-z_]*password=([^&]*)/gi)].map(([, value = '']) => value);
  const parsed = parseRedisUrl(url);
  return [...inLogin, ...inQuery, parsed?.password, parsed?.sentinelPassword].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  );
}

/** Whether a text that is no URL looks like a login: `user:password`, `user:password@host`, `6379:password`. */
export const looksLikeLogin = (text: string): boolean =>
  text.includes('@') || (text.includes(':') && !isIPv6(text.replace(/^\[(.*)\]$/, '$1')));

/** What of such a text may be a secret. */
export function secretsOfLogin(text: string): string[] {
  const parts = [text, text.slice(0, text.lastIndexOf('@') + 1).replace(/@$/, '')];
  return parts.flatMap((part) => [part, part.slice(part.indexOf(':') + 1)]).filter((part) => part !== '');
}
