import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { withOwnRedis } from '@quantum/testing';
import { rolloutActions } from './rollout/actions.js';
import { switchActions } from './switches/actions.js';

it.each(['kill on', 'rollout kill', 'rollout rollback'])(
  'says by the words of Redis that nothing was applied where it stays a replica: %s',
  (command) =>
    withOwnRedis(async (replica, { url }) => {
      await replica.replicaof('127.0.0.1', 1);
      let [code, out] = [0, ''];
      const print = (text: string): void => void (out = text);
      const terminal = { print, input: new PassThrough(), output: new PassThrough() };
      const exitWith = (one: number): void => void (code = one);
      const given = { redis: url, reason: 'test', timeout: 3, json: true } as const;
      if (command === 'kill on') await switchActions({}, terminal, exitWith).killOn(given);
      if (command === 'rollout kill') await rolloutActions({}, terminal, exitWith).kill(given);
      if (command === 'rollout rollback') await rolloutActions({}, terminal, exitWith).rollback(given);
      const { state, result = state, why } = JSON.parse(out) as { state?: string; result?: string; why: string };
      expect([code, result, why]).toEqual([1, 'not_applied', expect.stringContaining('READONLY')]);
    }),
);
