import { setTimeout as delay } from 'node:timers/promises';
import {
  budgetKey,
  dailyKey,
  efficiencyKey,
  KILL_KEY,
  lastExecKey,
  positionKey,
  STREAMS,
  targetKey,
  windowKey,
} from '@quantum/redis-schemas';
import { until, type Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { withHarness, type Service } from '../harness/harness.js';
import { stopAll, sumOfMetric, watchHealth } from '../harness/health.js';
import { garbageKey, garbageNumber, garbageText, send, unfiniteMetrics } from '../garbage.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { startApplyLayer } from './apply-layer.js';
import { checkHistory } from './check.js';
import { readHistory, type History } from './history.js';
import { enough, startGovernor, untilDrained } from './run.js';

const SYMBOLS = 12;
const ROUNDS_PER_KILL = 10;
const EVERY_MS = 10;
const TIMEOUT_MS = 20_000;

/** Arbitrary bytes and types in every key and stream that the governor reads, its own counting included. */
export const garbageScenario: Scenario = { name: 'garbage at every input', run };

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withHarness(context, {}, async ({ client, connect, startService }) => {
    const service = startGovernor({ startService });
    await service.untilReady();
    const health = watchHealth([service]);
    const applyLayer = startApplyLayer(await connect());
    const rounds = ROUNDS_PER_KILL * kills;
    for (let round = 0; round < rounds; round += 1) {
      await send(client, [...garbageInputs(random), ...garbagePlans(random, round)]);
      await delay(EVERY_MS);
    }
    await client.del(KILL_KEY);
    const findings: Finding[] = [...(await swapPlanStream(client, service, random))];
    await untilDrained(client);
    await applyLayer.stop();
    await applyLayer.sweep();
    const history = await readHistory(client, applyLayer.consumed);
    findings.push(...checkHistory(history, { allConsumed: true }), ...(await checkCounters(service, history)));
    await health.stop();
    const { plans, records, permits, deadLetters } = history;
    return {
      findings: [...findings, ...enough(records.size, rounds, 'decisions'), ...enough(permits.length, rounds / 20, 'permits'), ...health.findings(), ...(await stopAll([service]))], // prettier-ignore
      numbers: {
        entries: plans.length,
        decisions: records.size,
        permits: permits.length,
        'dead letters': deadLetters.length,
      },
    };
  });
}

const symbolOf = (random: Random): string => `SYM${random.below(SYMBOLS)}`;

function garbageInputs(random: Random): (string | Buffer)[][] {
  const symbol = symbolOf(random);
  const key = random.pick<[string, string[]]>([
    [efficiencyKey(symbol), ['efficiency_score', 'confidence', 'ts', 'mode']],
    [budgetKey(symbol), ['mode', 'timestamp', 'budget_usd']],
    [targetKey(symbol), ['target_usd', 'mode', 'timestamp']],
    [positionKey(symbol), ['position_amt', 'mark_price', 'ts_epoch']],
    [lastExecKey(symbol), []],
    [windowKey(symbol), []],
    [dailyKey(symbol), ['day', 'total_micro_usd', 'p:1']],
  ]);
  const violation = random.pick<string | Buffer>([
    garbageText(random),
    JSON.stringify({ symbol, over_budget: true, timestamp: String(garbageNumber(random)) }),
    JSON.stringify({ symbol, over_budget: 1, timestamp: Date.now() / 1000 }),
  ]);
  return [
    ...garbageKey(random, ...key),
    ['xadd', STREAMS.budgetViolation, '*', 'json', violation],
    // On for a moment now and then: any value counts as on, unless it is empty or a word for off.
    ...(random.chance(0.05) ? garbageKey(random, KILL_KEY, []) : [['del', KILL_KEY]]),
  ];
}

/** Plans with one or two garbage fields; many are valid all the same. */
function garbagePlans(random: Random, round: number): (string | Buffer)[][] {
  return [0, 1, 2, 3].map((i) => {
    const fields = new Map<string, string | Buffer>([
      ['plan_id', `garbage-${round}-${i}`],
      ['symbol', random.chance(0.9) ? symbolOf(random) : garbageText(random)],
      ['action', random.chance(0.8) ? random.pick(['OPEN', 'PARTIAL_50']) : garbageText(random)],
      ['decision', 'EXECUTE'],
      ['kill_score', random.chance(0.8) ? '0.1' : garbageNumber(random)],
      ['qty', random.chance(0.8) ? '0.5' : garbageNumber(random)],
      ['price', random.chance(0.8) ? '' : garbageNumber(random)],
      ['reduceOnly', random.chance(0.3) ? garbageText(random) : 'false'],
    ]);
    if (random.chance(0.1)) fields.set(random.pick(['plan_id', 'symbol', 'decision']), garbageText(random));
    const odd = [
      'closePosition',
      'reduce_only',
      'close_qty',
      'entry_price',
      'notional_usd',
      'side',
      'timestamp',
    ] as const;
    if (random.chance(0.2)) fields.set(random.pick(odd), random.chance(0.5) ? '0.25' : garbageNumber(random));
    if (random.chance(0.1)) fields.set('unknown', garbageText(random));
    return ['xadd', STREAMS.plans, '*', ...[...fields].flat()];
  });
}

/** For a while the plan stream itself has another type: the governor reports it, and goes on afterwards. */
async function swapPlanStream(client: Redis, service: Service, random: Random): Promise<Finding[]> {
  const aside = `${STREAMS.plans}:aside`;
  await client.multi().rename(STREAMS.plans, aside).set(STREAMS.plans, random.bytes(20)).exec();
  const said = await until(async () => (await service.notReady()) !== undefined, TIMEOUT_MS);
  await client.rename(aside, STREAMS.plans);
  const again = await service.untilReady();
  return [
    ...(said ? [] : [{ kind: 'silent', text: 'the plan stream is a string, and /readyz says 200' }]),
    ...(again ? [] : [{ kind: 'not_ready_again', text: 'the plan stream is back, and /readyz stays 503' }]),
  ];
}

/** One governor's counters must equal its writes, and no number may be NaN. */
async function checkCounters(service: Service, history: History): Promise<Finding[]> {
  const outcomes = [...history.records.values()].map((json) => (JSON.parse(json) as { outcome: string }).outcome);
  const wanted = {
    quantum_govern_allow_total: outcomes.filter((outcome) => outcome === 'permit').length,
    quantum_govern_block_total: outcomes.filter((outcome) => outcome === 'refused').length,
    p32_deadletter_total: history.deadLetters.length,
  };
  const findings: Finding[] = [];
  for (const [name, count] of Object.entries(wanted)) {
    const counted = await sumOfMetric([service], name);
    if (counted !== count) findings.push({ kind: 'miscounted', text: `${name} is ${counted}, and there are ${count}` });
  }
  const outputs = [...history.records.values(), ...history.blocks.values(), ...history.permits.map(({ json }) => json)];
  const unfinite = [
    ...outputs.filter((json) => /\b(NaN|Infinity)\b/.test(json)),
    ...unfiniteMetrics(await service.metrics()),
  ];
  return [...findings, ...unfinite.map((text): Finding => ({ kind: 'not_finite', text }))];
}
