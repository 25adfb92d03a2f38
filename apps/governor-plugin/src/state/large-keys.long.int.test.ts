import { describe, expect, it } from '@jest/globals';
import { decidedKey, HALT_KEY, KILL_KEY, lastExecKey, STREAMS } from '@quantum/redis-schemas';
import { readStream, useRedis } from '@quantum/testing';
import { harness } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();
const MB = 2 ** 20;

const sentBytes = async (): Promise<number> =>
  Number(/total_net_output_bytes:(\d+)/.exec(await redis().info('stats'))?.[1]);

describe('a kill key of many MB', () => {
  it.each([
    ['blanks', KILL_KEY, ' '.repeat(16 * MB)],
    ['blanks of more bytes than one', HALT_KEY, '\u3000'.repeat(5 * MB)],
    ['anything', HALT_KEY, `1${'x'.repeat(16 * MB)}`],
  ])('is on, and is not read as a whole: %s', async (_what, key, text) => {
    const governor = await harness(redis());
    await redis().set(key, text);
    const before = await sentBytes();
    await governor.decide({ planId: 'open' }, { planId: 'exit', action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
    expect([await governor.outcome('open'), await governor.outcome('exit')]).toEqual(['kill_switch', 'kill_switch']);
    expect((await sentBytes()) - before).toBeLessThan(MB);
  });

  it('lets exits pass where they may', async () => {
    const governor = await harness(redis(), { GOV_KILL_SWITCH_ALLOWS_CLOSES: 'true' });
    await redis().set(KILL_KEY, ' '.repeat(16 * MB));
    await governor.decide({ planId: 'open' }, { planId: 'exit', action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
    expect([await governor.outcome('open'), await governor.outcome('exit')]).toEqual(['kill_switch', 'permit']);
  });
});

it('a decision record of many MB is not read as a whole: its plan is dead-lettered, others are decided', async () => {
  const governor = await harness(redis());
  await redis().set(decidedKey('large'), 'x'.repeat(16 * MB));
  const before = await sentBytes();
  await governor.decide({ planId: 'large' }, { planId: 'exit', action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
  expect(await governor.outcome('exit')).toBe('permit');
  expect((await readStream(redis(), STREAMS.deadletter)).map(({ fields }) => fields['reason'])).toEqual([
    'invalid_record',
  ]);
  expect((await sentBytes()) - before).toBeLessThan(2 * MB);
});

it.each([
  ['of digits', '9'],
  ['of zeros', '0'],
  ['that is no number', 'x'],
])(
  'a last execution of many MB %s is not read as a whole: opens are refused, exits are not',
  async (_what, character) => {
    const governor = await harness(redis());
    const key = lastExecKey('BTCUSDT');
    await redis().set(key, character.repeat(16 * MB));
    const before = await sentBytes();
    await governor.decide({ planId: 'open' });
    expect(await governor.block('open')).toMatchObject({ reason: 'symbol_cooldown', unreadable: true });
    await governor.decide({ planId: 'exit', action: 'FULL_CLOSE_PROPOSED', reduceOnly: 'true' });
    expect(await governor.outcome('exit')).toBe('permit');
    expect((await sentBytes()) - before).toBeLessThan(MB);
  },
);
