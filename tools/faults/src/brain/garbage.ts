import { setTimeout as delay } from 'node:timers/promises';
import {
  ATTRIBUTION_FIELDS,
  attributionKey,
  brainLeaseKey,
  brainStateKey,
  efficiencyKey,
  EXECUTION_STREAMS,
  POSITION_FIELDS,
  positionKey,
  STREAMS,
  TARGET_FIELDS,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
} from '@quantum/redis-schemas';
import { readStream, type Random } from '@quantum/testbed';
import { garbageKey, garbageNumber, garbageText, send, unfiniteMetrics } from '../garbage.js';
import { enough } from '../governor/run.js';
import { stopAll, sumOfMetric, watchHealth } from '../harness/health.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { checkShape } from './check.js';
import { startBrain, untilWell, withDesk } from './run.js';

const SYMBOLS = 30;
const ROUNDS_PER_KILL = 25;
const EVERY_MS = 10;
const EVENT_FIELDS = ['symbol', 'pnl', 'pnl_net', 'commission', 'order_id', 'timestamp', 'payload', 'details', 'executed', 'side', 'quantity', 'price']; // prettier-ignore
const STATE_FIELDS = ['version', 'period_sec', 'period', 'first_period', 'weight', 'mean', 'squares', 'fence', 'gain_usd']; // prettier-ignore

/** Arbitrary bytes and types in every key and stream that the brain reads, and in those that it writes. */
export const garbageScenario: Scenario = { name: 'garbage at every input', run };

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withDesk(context, {}, async (harness, desk) => {
    const { client } = harness;
    // A hash of garbage may be there before it starts.
    const service = startBrain(harness, { BRAIN_TAKE_OVER: 'true' });
    const health = watchHealth([service]);
    const rounds = ROUNDS_PER_KILL * kills;
    for (let round = 0; round < rounds; round += 1) {
      await send(client, [...garbageInputs(random), ...(random.chance(0.1) ? inTheWay(random) : [])]);
      await delay(EVERY_MS);
    }
    const findings: Finding[] = [...(await untilWell(client, desk)), ...health.findings()];
    if (!(await service.untilReady())) findings.push({ kind: 'no_recovery', text: '/readyz stays 503' });
    await health.stop();
    findings.push(...unfiniteMetrics(await service.metrics()).map((text): Finding => ({ kind: 'not_finite', text })));
    const read = await sumOfMetric([service], 'p31_stream_entries_total');
    findings.push(...(await stopAll([service])));
    await desk.market.stop();
    const entries = await readStream(client, STREAMS.efficiencyDecision);
    findings.push(...entries.flatMap(({ id, fields }) => checkShape(id, fields)));
    for (let i = 0; i < SYMBOLS; i += 1) {
      const key = efficiencyKey(`BAD${i}`);
      if ((await client.type(key)) !== 'hash') continue;
      const { version, ...fields } = await client.hgetall(key);
      if (version === 'brain_v1') findings.push(...checkShape(key, { version, ...fields }));
    }
    findings.push(...enough(entries.length, rounds, 'entries'), ...enough(read, rounds / 2, 'executions read'));
    return { findings, numbers: { rounds, entries: entries.length, executions: read } };
  });
}

const symbolOf = (random: Random): string => `BAD${random.below(SYMBOLS)}`;

function garbageInputs(random: Random): (string | Buffer)[][] {
  const symbol = symbolOf(random);
  const { stream } = random.pick(Object.values(EXECUTION_STREAMS) as [(typeof EXECUTION_STREAMS)['rl_rewards']]);
  const event = EVENT_FIELDS.filter(() => random.chance(0.6)).flatMap((name) => [
    name,
    name === 'symbol' && random.chance(0.7) ? symbol : random.chance(0.5) ? garbageNumber(random) : garbageText(random),
  ]);
  return [
    ...garbageKey(random, positionKey(symbol), POSITION_FIELDS),
    ...garbageKey(random, tickerKey(symbol), TICKER_FIELDS),
    ...garbageKey(random, targetKey(symbol), TARGET_FIELDS),
    ...garbageKey(random, attributionKey(symbol), ATTRIBUTION_FIELDS),
    ['xadd', stream, '*', ...event, 'x', 'x'],
  ];
}

/** Garbage in what the brain writes: states, hashes and leases. */
function inTheWay(random: Random): (string | Buffer)[][] {
  const symbol = symbolOf(random);
  const lease = brainLeaseKey(STREAMS.efficiencyDecision, 0);
  return random.pick([
    garbageKey(random, brainStateKey(symbol), STATE_FIELDS),
    garbageKey(random, efficiencyKey(symbol), ['efficiency_score']),
    [
      ['del', lease],
      ['set', lease, garbageText(random), 'PX', '300'],
    ],
  ]);
}
