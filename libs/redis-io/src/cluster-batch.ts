import { systemClock } from '@quantum/clock';
import { Command as WireCommand, type Cluster } from 'ioredis';
import { sendPipeline } from './pipeline.js';
import {
  BatchError,
  isMasterDown,
  isReplyError,
  replyOf,
  SlotDownError,
  type Command,
  type RawResult,
  type Reply,
} from './reply.js';
import { withTimeout } from './timeout.js';

/** Maximum duration of one master's part, ms: its keys must not delay the keys of the others. */
export const NODE_TIMEOUT_MS = 1000;
/** A master that did not answer in time is not asked again for this long, ms: most batches then do not wait for it. */
const SUSPECT_MS = 3000;

/** Error replies of a master for a key that is elsewhere or being moved. The command then did nothing. */
const REDIRECTED = /^(MOVED|ASK|TRYAGAIN)\b/;

/**
 * Questions that any master answers, and that may be asked again: one that is down must not keep the others from
 * answering.
 */
const ANYWHERE: ReadonlySet<string> = new Set(['time', 'acl', 'info']);

/** A command and its index in the batch. */
interface Placed {
  command: Command;
  at: number;
  slot: number;
}

const suspects = new WeakMap<Cluster, Map<string, number>>();

/**
 * Runs a batch on a Cluster: one pipeline per master, all at once. A command whose slot has moved or is moving is run
 * again at its new master, slot by slot in order. Takes at most two seconds plus `waitMs`.
 * @throws BatchError when no master answers
 */
export async function runClusterBatch(
  cluster: Cluster,
  commands: readonly Command[],
  waitMs: number,
  maxReplyBytes?: number,
): Promise<Reply[]> {
  const deadlineMs = systemClock.steadyMs() + 2 * NODE_TIMEOUT_MS + waitMs;
  const results: RawResult[] = [];
  const placed = commands.map((command, at): Placed => ({ command, at, slot: slotOf(command) }));
  const take = (parts: readonly Placed[], answers: readonly RawResult[]): void => {
    parts.forEach(({ at }, i) => (results[at] = answers[i] ?? down('no reply')));
  };
  const byMaster = groupBy(placed, ({ slot }) => masterKey(cluster, slot));
  await Promise.all(
    [...byMaster].map(async ([key, part]) => {
      take(part, await askMaster(cluster, key, part.map(({ command }) => command), waitMs, maxReplyBytes)); // prettier-ignore
    }),
  );
  const redirected = placed.filter(({ at }) => REDIRECTED.test(results[at]?.[0]?.message ?? ''));
  await Promise.all(
    [...groupBy(redirected, ({ slot }) => slot).values()].map(async (part) => {
      for (const one of part) take([one], [await follow(cluster, one.command, deadlineMs)]);
    }),
  );
  const anywhere = placed.filter(
    ({ at, command: [name] }) => ANYWHERE.has(name) && results[at]?.[0] instanceof SlotDownError,
  );
  if (anywhere.length > 0) {
    const questions = anywhere.map(({ command }) => command);
    take(anywhere, await askAnyMaster(cluster, questions, maxReplyBytes));
  }
  const errors = results.flatMap(([error]) => (error ? [error] : []));
  if (errors.some((error) => !isReplyError(error) || isMasterDown(error))) cluster.refreshSlotsCache();
  const [first] = errors;
  const isAllDown = errors.length === results.length && errors.every((error) => error instanceof SlotDownError);
  // Of a batch for one master alone, that master may be down, and not the Cluster. A redirection is an answer.
  if (first && isAllDown && redirected.length === 0 && !(await answersAtAll(cluster))) {
    throw new BatchError(first.message);
  }
  return results.map(replyOf);
}

/** Whether any master of the Cluster answers now. */
const answersAtAll = async (cluster: Cluster): Promise<boolean> =>
  (await askMasters(cluster, ['time'])).some((reply) => reply.ok || !(reply.error instanceof SlotDownError));

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Waits for replicas on the master of each key. Returns for each key whether enough have what we wrote. */
export async function waitOnMasters(
  cluster: Cluster,
  keys: readonly string[],
  replicas: number,
  timeoutMs: number,
): Promise<boolean[]> {
  const answers = new Map<string, Promise<RawResult[]>>();
  const masters = keys.map((key) => masterKey(cluster, slotOf(['get', key])));
  for (const master of new Set(masters)) {
    answers.set(master, askMaster(cluster, master, [['wait', replicas, timeoutMs]], timeoutMs));
  }
  return Promise.all(masters.map(async (master) => Number((await answers.get(master))?.[0]?.[1] ?? 0) >= replicas));
}

/** Asks the master of each key for its clock. Returns for each key the reply to TIME. */
export async function timesOnMasters(cluster: Cluster, keys: readonly string[]): Promise<Reply[]> {
  const answers = new Map<string, Promise<RawResult[]>>();
  const masters = keys.map((key) => masterKey(cluster, slotOf(['get', key])));
  for (const master of new Set(masters)) answers.set(master, askMaster(cluster, master, [['time']], 0));
  return Promise.all(masters.map(async (master) => replyOf((await answers.get(master))?.[0] ?? down('no reply'))));
}

/** The slot of a command's keys. A command without keys may go to any master. */
function slotOf([name, ...args]: Command): number {
  const plain = new WireCommand(name.replace(/Buffer$/, ''), args);
  return plain.getKeys().length > 0 ? plain.getSlot() : Math.floor(Math.random() * 16_384);
}

/** "host:port" of the master that serves a slot, as far as this client knows; empty if none does. */
const masterKey = (cluster: Cluster, slot: number): string => cluster.slots[slot]?.[0] ?? '';

/** One master's part. Where an answer is late the command fails, and the connection is closed. */
async function askMaster(
  cluster: Cluster,
  key: string,
  commands: readonly Command[],
  waitMs: number,
  maxReplyBytes?: number,
): Promise<RawResult[]> {
  const suspected = suspects.get(cluster) ?? new Map<string, number>();
  suspects.set(cluster, suspected);
  const master = cluster.nodes('master').find(({ options: { host, port } }) => `${host ?? ''}:${port ?? ''}` === key);
  const failed = (why: string): RawResult[] => commands.map(() => down(why));
  if (!master) return failed(key === '' ? 'no master serves this slot' : `${key} is not connected`);
  if (systemClock.steadyMs() < (suspected.get(key) ?? 0)) return failed(`${key} did not answer in time a moment ago`);
  try {
    const results = await withTimeout(sendPipeline(master, commands, maxReplyBytes), NODE_TIMEOUT_MS + waitMs, () => {
      suspected.set(key, systemClock.steadyMs() + SUSPECT_MS);
      master.disconnect();
    });
    suspected.delete(key);
    return results.map((result) => explained(result, key));
  } catch (error) {
    return failed(`${key}: ${(error as Error).message}`);
  }
}

const masterKeys = (cluster: Cluster): string[] =>
  cluster.nodes('master').map(({ options: { host, port } }) => `${host ?? ''}:${port ?? ''}`);

/** Asks every master the same. A reply for each; a `SlotDownError` of one that is away. */
export const askMasters = (cluster: Cluster, command: Command): Promise<Reply[]> =>
  Promise.all(
    masterKeys(cluster).map(async (key) =>
      replyOf((await askMaster(cluster, key, [command], 0))[0] ?? down('no reply')),
    ),
  );

/** Asks master after master until one answers. */
async function askAnyMaster(cluster: Cluster, commands: readonly Command[], maxReplyBytes?: number): Promise<RawResult[]> {
  let results: RawResult[] = commands.map(() => down('no master answers'));
  for (const key of masterKeys(cluster)) {
    results = await askMaster(cluster, key, commands, 0, maxReplyBytes);
    if (!results.some(([error]) => error instanceof SlotDownError)) break;
  }
  return results;
} // prettier-ignore

/** Marks a failure as the slot's instead of the command's. A redirection stays unchanged, to be followed. */
function explained([error, value]: RawResult, key: string): RawResult {
  if (error === null) return [null, value];
  if (REDIRECTED.test(error.message)) return [error];
  return isReplyError(error) && !isMasterDown(error) ? [error] : down(`${key}: ${error.message}`, error);
}

const down = (why: string, cause?: unknown): RawResult => [new SlotDownError(why, { cause })];

/** Runs a command, following the Cluster's redirections. */
async function follow(cluster: Cluster, [name, ...args]: Command, deadlineMs: number): Promise<RawResult> {
  const run = Reflect.get(cluster, name) as (args: readonly unknown[]) => Promise<unknown>;
  try {
    const left = Math.max(0, deadlineMs - systemClock.steadyMs());
    return [null, await withTimeout(Reflect.apply(run, cluster, [args]), left, () => undefined)];
  } catch (error) {
    const isVerdict = isReplyError(error as Error) && !isMasterDown(error as Error);
    return isVerdict ? [error as Error] : down((error as Error).message, error);
  }
}
