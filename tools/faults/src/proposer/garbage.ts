import { setTimeout as delay } from 'node:timers/promises';
import { efficiencyKey, LAST_CYCLE_KEY, leaseKey, proposedKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { readStream, until, type Random } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { withHarness, type Service } from '../harness/harness.js';
import { stopAll, sumOfMetric, watchHealth } from '../harness/health.js';
import { garbageKey, garbageNumber, garbageText, send, unfiniteMetrics } from '../garbage.js';
import { enough } from '../governor/run.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { checkProposal } from './check.js';
import { startProposer } from './run.js';

const SYMBOLS = 40;
const ROUNDS_PER_KILL = 40;
const EVERY_MS = 10;
const TIMEOUT_MS = 20_000;

/** Arbitrary bytes and types in every key and stream that the proposer reads, and in those that it writes. */
export const garbageScenario: Scenario = { name: 'garbage at every input', run };

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withHarness(context, {}, async (harness) => {
    const { client } = harness;
    const service = startProposer(harness, { LOOP_INTERVAL_SEC: '0.1', DISCOVERY_INTERVAL_SEC: '0.2' });
    const health = watchHealth([service]);
    const rounds = ROUNDS_PER_KILL * kills;
    for (let round = 0; round < rounds; round += 1) {
      await send(client, [...garbageInputs(random), ...(random.chance(0.1) ? inTheWay(random) : [])]);
      await delay(EVERY_MS);
    }
    const findings = await checkRecovery(client, service);
    await health.stop();
    findings.push(...health.findings());
    const metrics = await service.metrics();
    const proposed = await sumOfMetric([service], 'p29_shadow_proposed_total');
    const skipped = await sumOfMetric([service], 'p29_shadow_skipped_total');
    findings.push(...unfiniteMetrics(metrics).map((text): Finding => ({ kind: 'not_finite', text })));
    findings.push(...(await stopAll([service])));
    const entries = await readStream(client, STREAMS.proposed);
    findings.push(...entries.flatMap(({ fields }) => checkProposal(fields)));
    findings.push(...(await checkHashes(client)));
    if (entries.length < proposed) {
      findings.push({ kind: 'miscounted', text: `${proposed} proposals counted, ${entries.length} in the stream` });
    }
    findings.push(...enough(entries.length, rounds, 'proposals'), ...enough(skipped, rounds, 'skipped'));
    return { findings, numbers: { proposals: entries.length, skipped } };
  });
}

function garbageInputs(random: Random): (string | Buffer)[][] {
  const symbol = `SYM${random.below(SYMBOLS)}`;
  const target = garbageKey(random, targetKey(symbol), ['target_usd', 'timestamp', 'mode']);
  const efficiency = garbageKey(random, efficiencyKey(symbol), ['efficiency_score', 'confidence', 'ts']);
  // Some of it usable, so that there is something to propose.
  const usable = [['del', targetKey(symbol)], ['hset', targetKey(symbol), 'target_usd', '1e3', 'timestamp', garbageNumber(random)]]; // prettier-ignore
  return [
    ...(random.chance(0.4) ? usable : target),
    ...efficiency,
    ['xadd', STREAMS.allocationDecision, '*', random.pick(['symbol', 'symbol', 'x']), garbageText(random)],
    ...(random.chance(0.02)
      ? [['hset', Buffer.concat([Buffer.from(targetKey('')), random.bytes(8)]), 'target_usd', '1']]
      : []),
  ];
}

/** Other types in the keys that the proposer writes, and in its leases. */
function inTheWay(random: Random): (string | Buffer)[][] {
  const key = random.pick([proposedKey(`SYM${random.below(SYMBOLS)}`), LAST_CYCLE_KEY, leaseKey(STREAMS.proposed, 0)]);
  return [
    ['del', key],
    random.pick<(string | Buffer)[]>([
      ['set', key, garbageText(random)],
      ['lpush', key, garbageText(random)],
    ]),
  ];
}

/** After the garbage and the wrong types are gone, cycles are whole again. */
async function checkRecovery(client: Redis, service: Service): Promise<Finding[]> {
  await client.del(LAST_CYCLE_KEY);
  const whole = await until(async () => (await client.exists(LAST_CYCLE_KEY)) === 1, TIMEOUT_MS);
  const ready = await service.untilReady();
  return whole && ready ? [] : [{ kind: 'no_recovery', text: `whole cycle: ${whole}, ready: ${ready}` }];
}

const HASH_SHAPES: Readonly<Record<string, RegExp>> = {
  ts_epoch: /^\d+$/,
  symbol: /^[^]+$/,
  base_target: /^\d+(\.\d\d|(\.\d+)?e\+\d+)$/,
  proposed_target: /^\d+(\.\d\d|(\.\d+)?e\+\d+)$/,
  multiplier: /^\d+\.\d{4}$/,
  eff_score: /^(\d\.\d{4})?$/,
  eff_confidence: /^(\d\.\d{3})?$/,
  eff_stale: /^[01]$/,
  reason: /^[a-z_]+$/,
  mode: /^shadow$/,
  last_update_ts_epoch: /^\d+$/,
  raw_multiplier: /^\d+\.\d{4}$/,
  policy: /^[0-9a-f]{12}$/,
  budget_scale: /^1$/,
  smoothed_multiplier: /^\d(\.\d+)?$/,
};

/** Shadow hashes have their shape, except for the keys whose type the scenario changed. */
async function checkHashes(client: Redis): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let i = 0; i < SYMBOLS; i += 1) {
    const key = proposedKey(`SYM${i}`);
    if ((await client.type(key)) !== 'hash') continue;
    const fields = await client.hgetall(key);
    const names = Object.keys(HASH_SHAPES);
    const shaped =
      names.every((name) => HASH_SHAPES[name]?.test(fields[name] ?? '')) && names.length === Object.keys(fields).length;
    if (!shaped) findings.push({ kind: 'bad_shape', text: `${key}: ${JSON.stringify(fields)}` });
    if ((await client.ttl(key)) < 0) findings.push({ kind: 'bad_shape', text: `${key} has no TTL` });
  }
  return findings;
}
