import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { disarmKey, HALT_KEY, KILL_KEY, utcDate } from '@quantum/redis-schemas';
import { useRedis } from '@quantum/testing';
import { switchActions } from './actions.js';

const file = useRedis({ tcp: true });
const { redis } = file;

describe('what a person was not shown', () => {
  const latch = disarmKey(utcDate(Date.now() / 1000));
  /** Types the word that is asked for, once something else was done. */
  async function typed(command: 'killOff' | 'disarmClear', word: string, meanwhile: () => Promise<unknown>) {
    let [code, out] = [0, ''];
    const [input, output] = [Object.assign(new PassThrough(), { isTTY: true }), new PassThrough()];
    output.on('data', (text: Buffer) => {
      if (text.includes(`Type ${word}`)) void meanwhile().then(() => input.write(`${word}\n`));
    });
    const print = (text: string): void => void (out += text);
    const actions = switchActions({}, { print, input, output }, (one) => void (code = one));
    await actions[command]({ reason: 'test', timeout: 2, json: false, redis: file.server.url });
    return [code, out];
  }

  it('is not cleared: a latch that was set again for another reason', async () => {
    await redis().set(latch, '{"reason":"burst_rate"}', 'EX', 3600);
    const again = () => redis().set(latch, '{"reason":"price_band"}', 'EX', 3600);
    const result = await typed('disarmClear', 'clear', again);
    expect(result).toEqual([1, expect.stringMatching(/^Nothing was changed: [^]*price_band/)]);
    expect(await redis().get(latch)).toContain('price_band');
  });

  it('is not taken off: a halt that came meanwhile is said first', async () => {
    await redis().set(KILL_KEY, '1');
    const result = await typed('killOff', 'off', () => redis().set(HALT_KEY, 'drawdown'));
    expect(result).toEqual([1, expect.stringContaining('quantum:governor:halt=drawdown')]);
    expect(await redis().get(KILL_KEY)).toBe('1');
  });
});
