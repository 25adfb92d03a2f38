import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { childrenOf, withDemo } from './with-demo.test-support.js';

describe('the demonstration of a rollout', () => {
  it('plays a rollout up to the rollback that an incident causes, and leaves nothing behind', async () => {
    await withDemo(['--rollout'], async (demo) => {
      await demo.waitForLine(/stage pilot has baked/);
      const children = childrenOf(demo.pid);
      expect(children).toHaveLength(4); // Redis, proposer, governor, rollout
      const { code } = await demo.exit;
      const said = demo.stdout.join('\n');
      expect({ code, errors: demo.stderr, said }).toEqual({ code: 0, errors: [], said });
      const lineOf = (line: RegExp) => demo.stdout.findIndex((each) => line.test(each));
      const inOrder = [
        /ana +approve refused: the proposer of a plan does not approve it$/,
        /ben +approve stage half$/,
        /rollout +stage half begins$/,
        /rollout +stage most begins$/,
        /readers +BTCUSDT 0\.85, ETHUSDT 0\.8875, 2 at 1$/,
        /governor +REFUSED by allocation_cap: 2500 USD more of BTCUSDT, which holds 24000 of an effective target of 25500$/,
        /market +INCIDENT: /,
        /rollout +ROLLBACK by relative_drawdown \(BREACH, /,
        /^ok +breach to last reader off +[\d.]+ s /,
      ].map(lineOf);
      expect(inOrder).not.toContain(-1);
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      // Readers and governor may act on it before the audit is read.
      for (const line of [
        /readers +every symbol at its base target$/,
        /governor +PERMIT for 2500 USD more of BTCUSDT, which holds 26880 of a base of 30000$/,
      ])
        expect(lineOf(line)).toBeGreaterThan(lineOf(/market +INCIDENT: /));
      for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
    });
  });

  it('fails with the last log lines when the rollout dies, and ends on a signal', async () => {
    await withDemo(['--rollout'], async (demo) => {
      await demo.waitForLine(/stage pilot has baked/);
      const rollout = childrenOf(demo.pid).find((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('target-rollout'),
      );
      if (rollout === undefined) throw new Error('the demonstration runs no rollout');
      process.kill(rollout, 'SIGKILL');
      expect(await demo.exit).toMatchObject({ code: 1 });
      expect(demo.stderr[0]).toBe('target-rollout ended by SIGKILL; its last log lines:');
    });
    await withDemo(['--rollout'], async (demo) => {
      await demo.waitForLine(/proposer +multipliers/);
      expect(await demo.stop('SIGTERM')).toMatchObject({ code: 143 });
    });
  });
});
