import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';

/** Plans that are submitted one after the other, each of a symbol of its own, so that no limit refuses any. */
interface PlanFlow {
  /** The ids of the plans that Redis took so far. */
  sent: () => readonly string[];
  /** Ends it; the ids of all plans that Redis took. */
  stop: () => Promise<string[]>;
}

let flows = 0;
const running = new Set<NodeJS.Timeout>();

/** Does something again and again until what it answers is called, or the chapter ends. */
export function repeatedly(everyMs: number, act: () => void): () => void {
  const timer = setInterval(act, everyMs);
  running.add(timer);
  return () => {
    clearInterval(timer);
    running.delete(timer);
  };
}

/** Ends the flows of a chapter that failed before it did: the next one must not meet them. */
export function endFlows(): void {
  for (const timer of running) clearInterval(timer);
  running.clear();
}

export async function submit(redis: Redis, id: string): Promise<void> {
  const fields = { plan_id: id, symbol: id.toUpperCase(), action: 'OPEN', decision: 'EXECUTE', kill_score: '0.1' };
  const order = { side: 'BUY', qty: '0.01', price: '100', reduceOnly: 'false' };
  await redis.xadd(STREAMS.plans, '*', ...Object.entries({ ...fields, ...order }).flat());
}

export function flow(redis: Redis, everyMs = 20): PlanFlow {
  const run = `e2e-${(flows += 1)}`;
  const sent: string[] = [];
  let inFlight = Promise.resolve();
  let count = 0;
  const end = repeatedly(everyMs, () => {
    const id = `${run}-${(count += 1)}`;
    inFlight = submit(redis, id).then(
      () => void sent.push(id),
      () => undefined,
    );
  });
  return {
    sent: () => sent,
    stop: async () => {
      end();
      await inFlight;
      return sent;
    },
  };
}

/** The plans that have no decision yet. */
export async function undecided(redis: Redis, ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(ids.map((id) => redis.exists(decidedKey(id))));
  return ids.filter((_id, index) => answers[index] === 0);
}

/** The permit of a plan, if it has one. */
export async function permitOf(redis: Redis, id: string): Promise<Record<string, unknown> | undefined> {
  const text = await redis.get(permitKey(id));
  return text === null ? undefined : (JSON.parse(text) as Record<string, unknown>);
}
