import type { IncomingMessage } from 'node:http';
import { htmlAnswer, jsonAnswer, textAnswer, type Answer } from './answer.js';
import { isAllowed, loginCookie, namesLoopback } from './auth.js';
import { bodyOf } from './body.js';

/** What the routes show. */
export interface Pages {
  /** The page itself; the login form, and whether the last token was wrong. */
  readonly screen: () => string;
  readonly login: (isWrong: boolean) => string;
  /** The whole snapshot as JSON. */
  readonly snapshot: () => string;
  /**
   * What is known of a plan, for a browser and for a program; undefined: no record. Rejects where Redis does not
   * answer.
   */
  readonly plan: (planId: string, as: 'html' | 'json') => Promise<string | undefined>;
}

/** What a request gets; `events`: the stream, which is not an answer but stays open. */
export type Reply = Answer | 'events';

const GET_ONLY = { Allow: 'GET, HEAD', Connection: 'close' };
/** Longer than any plan id that a governor takes. */
const MAX_PLAN_ID = 256;

/** Answers a request. Total: what fails is an answer too. */
export async function route(request: IncomingMessage, token: string | undefined, pages: Pages): Promise<Reply> {
  const { method = '' } = request;
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (token === undefined && !namesLoopback(request)) {
    return textAnswer('421', 'this console is for this machine: ask for localhost, or set CONSOLE_AUTH_TOKEN_FILE');
  }
  if (method === 'POST' && path === '/login') return logIn(request, token, pages);
  // The body is not read, so the connection cannot be used again.
  if (method !== 'GET' && method !== 'HEAD') return { ...textAnswer('405', 'GET or HEAD only'), headers: GET_ONLY };
  if (!isAllowed(request, token)) return refused(path, pages);
  switch (path) {
    case '/':
      return htmlAnswer(pages.screen());
    case '/events':
      return method === 'HEAD' ? textAnswer('200', '') : 'events';
    case '/snapshot':
      return jsonAnswer(pages.snapshot());
    case '/plan':
    case '/plan.json':
      return planAnswer(new URLSearchParams(query).get('id') ?? '', path === '/plan' ? 'html' : 'json', pages);
    default:
      return textAnswer('404', 'not found: the page is at /');
  }
}

/** A browser gets the form, a program the reason. */
function refused(path: string, pages: Pages): Answer {
  const answer = path === '/' || path === '/login' ? htmlAnswer(pages.login(false), '401') : textAnswer('401', 'a token is needed');
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': 'Bearer' } };
} // prettier-ignore

async function logIn(request: IncomingMessage, token: string | undefined, pages: Pages): Promise<Answer> {
  const body = await bodyOf(request).catch(() => '');
  if (body === undefined) return { ...textAnswer('413', 'the form is too long'), headers: { Connection: 'close' } };
  const given = new URLSearchParams(body).get('token')?.trim() ?? '';
  const home = { status: '303', body: '' } as const;
  if (token === undefined) return { ...home, headers: { Location: '/' } };
  const cookie = loginCookie(given, token);
  return cookie === undefined
    ? htmlAnswer(pages.login(true), '401')
    : { ...home, headers: { Location: '/', 'Set-Cookie': cookie } };
}

async function planAnswer(planId: string, as: 'html' | 'json', pages: Pages): Promise<Answer> {
  if (planId === '' || planId.length > MAX_PLAN_ID) return textAnswer('400', 'name a plan: /plan?id=PLAN_ID');
  try {
    const text = await pages.plan(planId, as);
    if (text === undefined) return textAnswer('404', 'no record of that plan: not decided yet, or expired (GOV_DECISION_TTL_SEC)');
    return as === 'html' ? htmlAnswer(text) : jsonAnswer(text);
  } catch (error) {
    return textAnswer('503', `Redis does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
} // prettier-ignore
