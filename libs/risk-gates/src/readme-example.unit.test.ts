import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { GATE_NAMES, type GateName } from '@quantum/redis-schemas';
import { effectiveModes, evaluateGates, GATES, type GateInput, type GateLimits } from './index.js';

const known = <T>(value: T) => ({ readable: true, value }) as const;
const calm: GateInput = {
  nowSec: 1700000000,
  submittedSec: 1699999999,
  serverSec: 1700000000,
  timestampSec: undefined,
  closing: false,
  killScore: 0.1,
  priceUsd: 50,
  notionalUsd: 100,
  killSwitchOn: known(false),
  disarmed: known(false),
  window: known({ lastExecSec: undefined, hourCount: 0, burstCount: 0 }),
  dayNotionalUsd: known(0),
  budget: known({ enforce: false, tsSec: undefined }),
  violationSec: known(undefined),
  allocation: known({ enforce: false, tsSec: undefined, targetUsd: undefined }),
  position: known({ amount: 0, markPriceUsd: undefined, tsSec: undefined }),
  side: undefined,
  inFlightUsd: 0,
};
const limits: GateLimits = {
  killSwitchAllowsCloses: false,
  planMaxAgeSec: 60,
  killScoreCritical: 0.8,
  refuseMissingKillScore: false,
  symbolCooldownSec: 60,
  maxExecPerHour: 3,
  maxExecPer5Min: 2,
  maxNotionalPerDayUsd: 5000,
  refuseUnknownNotional: true,
  countCloses: false,
  priceBand: 0.5,
  maxFutureSec: 60,
};
const enforced = Object.fromEntries(GATE_NAMES.map((name) => [name, 'enforce'])) as Record<GateName, 'enforce'>;

it('runs the example of the README', () => {
  // example
  const modes = effectiveModes({ ...enforced, hourly_rate: 'shadow' }, 'testnet');
  const window = known({ lastExecSec: 1699999000, hourCount: 3, burstCount: 2 });

  const opening = evaluateGates(GATES, { ...calm, window }, limits, modes);
  expect(opening.refusal).toEqual({
    gate: 'burst_rate',
    verdict: { refused: true, numbers: { exec_count: 2, max_exec_per_5min: 2 } },
  });
  expect(opening.wouldBlock).toEqual(['hourly_rate']); // shadow: counted, no effect

  const closing = evaluateGates(GATES, { ...calm, window, closing: true }, limits, modes);
  expect(closing.refusal).toBeUndefined(); // exits are sacred
  // end
});

it('shows it in the README to the letter', () => {
  const [, example = ''] = /^ *\/\/ example\n(.*?)^ *\/\/ end$/ms.exec(readFileSync(__filename, 'utf8')) ?? [];
  const block = '```ts\n' + example.replace(/^ {2}/gm, '') + '```\n';
  expect(readFileSync(join(__dirname, '..', 'README.md'), 'utf8')).toContain(block);
});
