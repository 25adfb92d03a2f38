import { connect } from 'node:net';
import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Snapshot } from '@quantum/read-model';
import { waitFor } from '@quantum/testing';
import { EventParser } from '../browser/events.js';
import { EventHub, type HubOptions } from '../events/hub.js';
import { aRow, aSnapshot, bySymbol } from '../view/snapshot.test-support.js';
import { startPageServer, type PageServer } from './page-server.js';
import type { Pages } from './routes.js';

const TOKEN = 'a-token-of-the-test';
const PATHS = [
  '/',
  '/events',
  '/snapshot',
  '/plan',
  '/plan?id=p1',
  '/plan.json?id=p1',
  '/login',
  '/other',
  '/events/',
  '//',
];
const VERBS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];
const pages: Pages = {
  screen: () => 'the screen',
  login: (isWrong) => (isWrong ? 'wrong' : 'the form'),
  snapshot: () => '{"number":1}',
  plan: (planId, as) => (planId === 'away' ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(planId === 'p1' ? as : undefined)),
}; // prettier-ignore

const at = (number: number, note = ''): Snapshot =>
  aSnapshot({ number, symbols: bySymbol(aRow('AAA', { reason: `${number}${note}` })) });
let server: PageServer | undefined;
let statuses: string[];
afterEach(() => server?.close());

async function start({ token, ...hubOptions }: Partial<HubOptions> & { token?: string } = {}) {
  statuses = [];
  const hub = new EventHub({ snapshot: at(0), process: 't', ...hubOptions });
  const onAnswer = (status: string) => statuses.push(status);
  server = await startPageServer({
    host: '127.0.0.1',
    port: 0,
    token,
    pages,
    hub,
    csp: "default-src 'none'",
    onAnswer,
  });
  return { hub, url: server.url };
}
const bearer = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });
const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return `${response.status} ${await response.text()}`;
};
const logIn = (url: string, token: string) => fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ token }) }); // prettier-ignore

/** An open stream: its headers, and the events that have come. */
async function stream(url: string, headers: Record<string, string> = {}) {
  const request = get(`${url}/events`, { headers });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const parser = new EventParser();
  const ids: string[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    ids.push(...parser.take(part).map(({ event, id }) => `${event} ${id}`));
  });
  response.on('error', () => undefined);
  return { response, ids, text: () => text, ended: once(response, 'close') };
}

describe('the server of the page', () => {
  it.each([undefined, TOKEN])('answers every verb but GET, HEAD and POST /login with 405 (token %s)', async (token) => {
    const { url } = await start(token === undefined ? {} : { token });
    for (const path of PATHS) {
      for (const method of VERBS.filter((verb) => !(verb === 'POST' && path === '/login') && verb !== 'TRACE')) {
        const response = await fetch(`${url}${path}`, { method, headers: bearer() });
        expect([method, path, response.status, response.headers.get('allow')]).toEqual([method, path, 405, 'GET, HEAD']);
      }
      expect((await fetch(`${url}${path}`, { method: 'HEAD', headers: bearer() })).status).toBeLessThan(405);
    }
  });

  it('shows its pages, and says what is wrong with a question', async () => {
    const { url } = await start();
    expect(await ask(`${url}/`)).toBe('200 the screen');
    expect(await ask(`${url}/snapshot`)).toBe('200 {"number":1}');
    expect([await ask(`${url}/plan?id=p1`), await ask(`${url}/plan.json?id=p1`)]).toEqual(['200 html', '200 json']);
    expect(await ask(`${url}/plan?id=p2`)).toMatch(/^404 no record of that plan/);
    expect([await ask(`${url}/plan`), await ask(`${url}/plan?id=${'x'.repeat(300)}`)].map((text) => text.slice(0, 3))).toEqual(['400', '400']);
    expect(await ask(`${url}/plan?id=away`)).toBe('503 Redis does not answer: ECONNREFUSED\n');
    expect(await ask(`${url}/other`)).toMatch(/^404/);
    const { headers } = await fetch(url);
    expect(Object.fromEntries(headers)).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' });
  });

  it('without a token, is there for this machine alone: a foreign name that resolves to it is refused', async () => {
    const { url } = await start();
    const named = async (host: string) => {
      const [response] = (await once(get(`${url}/snapshot`, { headers: { host } }), 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    for (const host of ['localhost:8070', '127.0.0.1', '127.1.2.3:9', '[::1]:8070']) expect([host, await named(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', 'localhost.evil.example', '127.evil.example', '10.0.0.1']) expect([host, await named(host)]).toEqual([host, 421]);
  });

  it('refuses who does not bring the token, on every path', async () => {
    const { url } = await start({ token: TOKEN });
    for (const headers of [{}, bearer(''), bearer(`${TOKEN}x`), bearer(TOKEN.slice(1)), { Authorization: TOKEN }, { Cookie: 'quantum-console=1' }, { Cookie: `quantum-console=${TOKEN}` }]) {
      for (const path of PATHS) {
        const response = await fetch(`${url}${path}`, { headers: headers as Record<string, string> });
        expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      }
    }
    expect(await ask(url)).toBe('401 the form');
    expect(await ask(url, { headers: bearer() })).toBe('200 the screen');
  });

  it('gives a cookie for the token, by the form', async () => {
    const { url } = await start({ token: TOKEN });
    const wrong = await logIn(url, 'wrong');
    expect([wrong.status, await wrong.text(), wrong.headers.get('set-cookie')]).toEqual([401, 'wrong', null]);
    const right = await logIn(url, TOKEN);
    const cookie = right.headers.get('set-cookie') ?? '';
    expect([right.status, right.headers.get('location'), cookie.includes(TOKEN)]).toEqual([303, '/', false]);
    expect(cookie).toMatch(/^quantum-console=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
    expect(await ask(url, { headers: { Cookie: `a=b; ${cookie.split(';')[0] ?? ''}` } })).toBe('200 the screen');
    expect(await ask(`${url}/login`, { method: 'POST', body: 'x'.repeat(5000) })).toMatch(/^413/);
    expect(statuses).toEqual(['401', '303', '200', '413']);
  });
}); // prettier-ignore

describe('the stream of events', () => {
  it('begins with the snapshot, goes on with deltas, and is silent without news', async () => {
    const { hub, url } = await start();
    const { response, ids, text } = await stream(url);
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no', 'cache-control': 'no-store' });
    hub.show(at(1));
    await waitFor(() => ids.length === 2, { what: 'the delta' });
    const before = text();
    hub.show(hub.snapshot);
    hub.show(hub.snapshot);
    hub.show(at(2));
    await waitFor(() => ids.length === 3, { what: 'the next delta' });
    expect(ids).toEqual(['snapshot t-0', 'delta t-1', 'delta t-2']);
    expect(text().slice(before.length)).toMatch(/^event: delta\nid: t-2\ndata: [^\n]+\n\n$/);
  });

  it('resumes behind the last event', async () => {
    const { hub, url } = await start();
    [1, 2, 3].forEach((number) => { hub.show(at(number)); });
    const { ids } = await stream(url, { 'Last-Event-ID': 't-1' });
    await waitFor(() => ids.length === 2, { what: 'two deltas' });
    expect(ids).toEqual(['delta t-2', 'delta t-3']);
  });

  it('sends the heartbeat alone where nothing changes', async () => {
    const { url } = await start({ beatMs: 20 });
    const { text, ids } = await stream(url, { 'Last-Event-ID': 't-0' });
    await waitFor(() => text().length >= 5 * ': beat\n\n'.length, { what: 'heartbeats' });
    expect([text().replaceAll(': beat\n\n', ''), ids]).toEqual(['', []]);
  });

  it('refuses one page too many, and takes another when one has gone', async () => {
    const { hub, url } = await start({ maxClients: 2 });
    const [first] = [await stream(url), await stream(url)];
    expect(await ask(`${url}/events`)).toBe('503 too many open pages\n');
    expect(await ask(url)).toBe('200 the screen');
    first.response.destroy();
    await waitFor(() => hub.clients === 1, { what: 'the client to be forgotten' });
    expect((await stream(url)).response.statusCode).toBe(200);
  });

  it('drops a client that does not read, and serves the others', async () => {
    const { hub, url } = await start({ maxBacklogBytes: 2 ** 16 });
    const { port } = new URL(url);
    const slow = connect(Number(port), '127.0.0.1').on('error', () => undefined).pause();
    slow.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const { ids } = await stream(url);
    await waitFor(() => hub.clients === 2, { what: 'both clients' });
    let number = 0;
    await waitFor(() => {
      hub.show(at((number += 1), 'x'.repeat(2 ** 18)));
      return ids.length >= number - 2 && hub.clients === 1;
    }, { what: 'the slow client to be dropped', everyMs: 5 });
    await waitFor(() => ids.at(-1) === `delta t-${number}`, { what: 'the last delta' });
    slow.destroy();
  });

  it('ends when the server closes, and lets it close', async () => {
    const { url } = await start();
    const { ended, ids } = await stream(url);
    await server?.close();
    await ended;
    expect(ids).toEqual(['snapshot t-0']);
  });
}); // prettier-ignore
