import { systemClock } from '@quantum/clock';
import { askServer, mastersOf, serverVersion, type Redis } from '@quantum/redis-io';
import { parseNumber } from '@quantum/redis-schemas';
import type { ServerFacts } from '../facts.js';
import type { Asker } from './ask.js';

/** CONFIG GET also shows passwords: no operator needs it. */
const CONFIG_DENIED = 'denied, as it should be to operators. Save points and notification flags were not checked';

type Server = ReturnType<typeof mastersOf>[number];

/** Every master. @throws Error when one does not answer */
export const readServers = (redis: Redis, asker: Asker): Promise<ServerFacts[]> =>
  Promise.all(mastersOf(redis).map((server) => readServer(server, asker)));

async function readServer(server: Server, asker: Asker): Promise<ServerFacts> {
  const ask = async (what: string, ...words: [string, ...string[]]): Promise<unknown> => {
    try {
      return await askServer(server, ...words);
    } catch (error) {
      const { message } = error as Error;
      if (!/NOPERM|unknown (sub)?command/i.test(message)) throw error;
      if (what === 'CONFIG GET') asker.note(what, CONFIG_DENIED, false);
      else asker.note(what, message, true);
      return undefined;
    }
  };
  const config = async (name: string): Promise<string | undefined> => {
    const reply = (await ask('CONFIG GET', 'CONFIG', 'GET', name)) as string[] | undefined;
    return reply?.[1];
  };
  const info = ((await ask('INFO', 'INFO')) ?? '') as string;
  const of = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const { product, text } = await serverVersion(server);
  const appendOnly = of('aof_enabled');
  return {
    product,
    version: text,
    maxmemoryPolicy: of('maxmemory_policy'),
    isAppendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
    save: await config('save'),
    lastSaveSec: parseNumber(of('rdb_last_save_time')),
    unsavedChanges: parseNumber(of('rdb_changes_since_last_save')),
    replicas: parseNumber(of('connected_slaves')),
    master: of('role') === 'slave' ? masterOf(of) : undefined,
    notifications: await config('notify-keyspace-events'),
    aheadSec: await clockAhead(ask),
  };
}

const masterOf = (of: (name: string) => string | undefined): NonNullable<ServerFacts['master']> => ({
  address: `${of('master_host') ?? '?'}:${of('master_port') ?? '?'}`,
  isConnected: of('master_link_status') === 'up',
});

/** Answers to TIME that are compared: the quickest is the most exact. */
const TIMES = 3;

/** How far our clock is ahead, seconds; undefined where the server does not say its time. */
async function clockAhead(ask: (what: string, ...words: [string]) => Promise<unknown>): Promise<number | undefined> {
  let best = { tookMs: Infinity, aheadSec: undefined as number | undefined };
  for (let i = 0; i < TIMES; i += 1) {
    const [sentMs, steadyMs] = [systemClock.wallSec() * 1000, systemClock.steadyMs()];
    const time = (await ask('TIME', 'TIME')) as [string | number, string | number] | undefined;
    if (!time) return undefined;
    const tookMs = systemClock.steadyMs() - steadyMs;
    const serverMs = Number(time[0]) * 1000 + Number(time[1]) / 1000;
    // The server answered about halfway.
    if (tookMs < best.tookMs) best = { tookMs, aheadSec: (sentMs + tookMs / 2 - serverMs) / 1000 };
  }
  return best.aheadSec;
}
