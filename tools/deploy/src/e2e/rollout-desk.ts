import { proposedKey, STREAMS } from '@quantum/redis-schemas';
import { putShadowDay, putShadowEntries, readEnforced, shadowDay, submitOpening, testPlan, writeMarket, type TestMarket, type TestPlan } from '@quantum/rollout-testbed'; // prettier-ignore
import type { Host } from './host.js';
import type { Outcome } from './container.js';
import { repeatedly } from './plans.js';
import { PASSWORD } from './users.js';

export const ROLLOUT = 'quantum-rollout';
/** Who proposes, and who approves. */
export const OPERATORS = ['ana', 'ben'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Scores below the middle: their proposals are below their base. */
const MARKET: TestMarket = new Map([
  ['E2ERAUSDT', { baseUsd: 300, score: 0.35, priceUsd: 100, amount: 0 }],
  ['E2ERBUSDT', { baseUsd: 200, score: 0.4, priceUsd: 10, amount: 0 }],
]);
export const SYMBOLS: readonly string[] = [...MARKET.keys()];
export const BASE_USD = 300;

const stage = { cohorts: ['all'], direction: 'down_only', minPeriods: 0, approvals: 1, require: 'none' };
/** Two stages, each with an approval. The first bakes for four seconds, the second for longer than the test. */
export const PLAN: TestPlan = testPlan({
  slewPerCycle: 0.1,
  cohorts: { all: SYMBOLS },
  stages: [
    { ...stage, name: 'pilot', blend: 0.25, minHours: 0.001 },
    { ...stage, name: 'half', blend: 0.5, minHours: 24 },
  ],
});

/** Writes what others publish of the symbols, until what it answers is called. */
export const feedMarket = ({ redis }: Host): (() => void) =>
  repeatedly(300, () => {
    writeMarket(redis, Date.now() / 1000, MARKET).catch(() => undefined); // Redis is away: the next one counts
  });

/** Gives Redis a day of evidence on what the proposer proposes. */
export async function putEvidence(host: Host): Promise<void> {
  const { redis } = host;
  let proposals: Record<string, string>[] = [];
  await host.until('proposals for all symbols', 40, async () => {
    proposals = await Promise.all(SYMBOLS.map((symbol) => redis.hgetall(proposedKey(symbol))));
    return proposals.every(({ reason }) => reason === 'ok');
  });
  const multipliers = new Map(proposals.map(({ multiplier }, i) => [SYMBOLS[i] ?? '', Number(multiplier)]));
  const policy = proposals[0]?.['policy'] ?? '';
  const day = shadowDay({ plan: PLAN, policy, multipliers, market: MARKET, endSec: Date.now() / 1000, seed: 1 });
  await putShadowDay(redis, day, OPERATORS);
  await redis.del(STREAMS.rolloutEvidence);
  await putShadowEntries(redis, day);
}

/** Types a command of `quantumctl rollout`, of the installed release, as an operator. */
export const quantumctl = (host: Host, operator: Operator, command: string): Promise<Outcome> =>
  host.type(`node /opt/quantum/current/quantumctl/main.js rollout ${command}`, {
    REDIS_URL: `redis://${operator}:${PASSWORD}@127.0.0.1:6379`,
  });

/** As `quantumctl`; what must succeed. @throws Error where it does not. What it printed. */
export async function operate(host: Host, operator: Operator, command: string): Promise<string> {
  const { code, stdout, stderr } = await quantumctl(host, operator, command);
  if (code !== 0)
    throw new Error(`${operator} $ quantumctl rollout ${command}\nended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** The multipliers that readers take, by symbol. */
export const enforced = async ({ redis }: Host): Promise<ReadonlyMap<string, number>> =>
  (await readEnforced(redis, SYMBOLS)).epoch;

/** Reads again and again; what it answers ends that, and says how often a symbol had no multiplier. */
export function watchEnforced(host: Host): () => { reads: number; lapses: number } {
  let [reads, lapses] = [0, 0];
  const end = repeatedly(50, () => {
    void enforced(host).then(
      ({ size }) => {
        reads += 1;
        if (size < SYMBOLS.length) lapses += 1;
      },
      () => undefined,
    );
  });
  return () => {
    end();
    return { reads, lapses };
  };
}

/** The gate that refuses a plan of this size in the first symbol; undefined: it has a permit. */
export const refusalOf = async ({ redis }: Host, id: string, usd: number): Promise<string | undefined> =>
  (await submitOpening(redis, { id, symbol: SYMBOLS[0] ?? '', usd, priceUsd: 100 })).gate;
