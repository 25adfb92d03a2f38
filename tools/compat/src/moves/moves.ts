import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisServer } from '@quantum/private-redis';
import { appendFromNowOn, govern, recordsOf, startLife, submit, type Life } from './life.js';

/** A server by name: "Valkey 9.1.2". */
export interface NamedServer {
  name: string;
  server: RedisServer;
}

/** What became of the data of one server on another. */
export interface Move {
  from: string;
  to: string;
  /** `refused`: the server does not load the file. `failed`: it does, and something is lost or changed. */
  outcome: 'kept' | 'refused' | 'failed';
  why: string;
}

const FILE = 'dump.rdb';
/** What a server says of a file that is too new for it, or another product's. */
const REFUSAL = /(Can't handle RDB format version|Wrong signature trying to load DB)[^\n]*/;
const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const DECIDED = ids('decided', 30);
const WAITING = ids('waiting', 12);

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'quantum-moves-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withServer<T>(
  server: RedisServer,
  folder: string,
  use: (life: Life) => Promise<T>,
  appendonly: 'yes' | 'no' = 'no',
): Promise<T> {
  const life = await startLife(server, folder, appendonly);
  try {
    return await use(life);
  } finally {
    await life.end();
  }
}

/**
 * Moves the file of each server to each other one: decided plans, and plans that wait. Says whether every decision
 * holds there, also where its plan comes again, and whether the plans that waited are decided. Where the file is
 * refused: whether the governor starts over on an empty server.
 * @param mainFile the built governor
 */
export async function tryMoves(servers: readonly NamedServer[], mainFile: string): Promise<Move[]> {
  const moves: Move[] = [];
  for (const from of servers) {
    await inFolder(async (folder) => {
      const records = await withServer(from.server, folder, async (life) => {
        await submit(life.redis, DECIDED);
        await govern(life, mainFile);
        const decided = await recordsOf(life.redis, DECIDED);
        await submit(life.redis, WAITING);
        await life.redis.call('SAVE');
        return decided;
      });
      for (const to of servers.filter((server) => server !== from)) {
        moves.push({
          from: from.name,
          to: to.name,
          ...(await arrive(to.server, join(folder, FILE), records, mainFile)),
        });
      }
    });
  }
  return moves;
}

type Outcome = Pick<Move, 'outcome' | 'why'>;

async function arrive(
  server: RedisServer,
  file: string,
  records: readonly (string | null)[],
  mainFile: string,
): Promise<Outcome> {
  try {
    const why = await inFolder(async (folder) => {
      await copyFile(file, join(folder, FILE));
      // As docs/moving.md says: a server that starts with an append-only file does not look at this one.
      await withServer(server, folder, appendFromNowOn);
      return withServer(server, folder, (life) => whatIsLost(life, records, mainFile), 'yes');
    });
    return { outcome: why === '' ? 'kept' : 'failed', why };
  } catch (error) {
    const { message } = error as Error;
    const refusal = REFUSAL.exec(message)?.[0];
    if (refusal === undefined) return { outcome: 'failed', why: message };
    const why = await inFolder((folder) => withServer(server, folder, (life) => startsOver(life, mainFile)));
    return why === '' ? { outcome: 'refused', why: refusal } : { outcome: 'failed', why };
  }
}

/** Empty where nothing is. */
async function whatIsLost(life: Life, records: readonly (string | null)[], mainFile: string): Promise<string> {
  const { redis } = life;
  await submit(redis, DECIDED); // again: decided once is decided
  await govern(life, mainFile);
  const [decided, waiting] = [await recordsOf(redis, DECIDED), await recordsOf(redis, WAITING)];
  const changed = decided.filter((text, i) => text === null || text !== records[i]).length;
  const undecided = waiting.filter((text) => text === null).length;
  return changed + undecided === 0 ? '' : `${changed} decisions changed, ${undecided} plans that waited are undecided`;
}

async function startsOver(life: Life, mainFile: string): Promise<string> {
  await submit(life.redis, DECIDED);
  await govern(life, mainFile);
  const missing = (await recordsOf(life.redis, DECIDED)).filter((text) => text === null).length;
  return missing === 0 ? '' : `${missing} plans are undecided on an empty server`;
}
