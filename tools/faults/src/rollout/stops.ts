import { HALT_KEY, KILL_KEY, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import type { Scenario } from '../scenario.js';
import { LIFE_SEC, PLAN } from './plan.js';
import {
  atStage,
  enforce,
  expectCounted,
  give,
  holding,
  isNamed,
  seconds,
  untilCycles,
  untilSeen,
  withDesk,
  type Desk,
} from './run.js';
import type { Sample } from './sample.js';

/** Ends of enforcement, and the state that follows. */
const STOPS: readonly { name: string; stop: (desk: Desk) => Promise<unknown>; state: string; isWithoutEpoch?: true }[] = [
  { name: 'kill switch on', stop: ({ harness }) => harness.client.set(KILL_KEY, '1'), state: 'killed' },
  { name: 'halt key of another type', stop: ({ harness }) => harness.client.lpush(HALT_KEY, 'x'), state: 'killed' },
  { name: 'kill by the epoch', stop: ({ harness }) => harness.client.incr(ROLLOUT_EPOCH_KEY), state: 'killed' },
  { name: 'epoch of before', stop: ({ harness }) => harness.client.decr(ROLLOUT_EPOCH_KEY), state: 'killed' },
  { name: 'epoch lost', stop: ({ harness }) => harness.client.del(ROLLOUT_EPOCH_KEY), state: 'killed', isWithoutEpoch: true },
  { name: 'state lost', stop: startedAgain, state: 'killed' },
  { name: 'rollback', stop: (desk) => give(desk, 'rollback'), state: 'rolled_back' },
]; // prettier-ignore

/** The state is lost after a kill that was cleared and a second start: commands of before must start nothing. */
async function startedAgain(desk: Desk): Promise<void> {
  await desk.harness.client.incr(ROLLOUT_EPOCH_KEY);
  await untilSeen(desk, 'killed', isNamed('killed'));
  await give(desk, 'clear');
  await untilSeen(desk, 'off', isNamed('off'));
  await untilCycles(desk);
  await give(desk, 'start', 'plan', PLAN.hash);
  await untilSeen(desk, 'a stage in force', atStage(0));
  await desk.harness.client.del(ROLLOUT_STATE_KEY);
}

/**
 * Enforcement ends: another epoch, no key, and both stay so. The long form waits until nothing of before can be alive.
 */
export const stopScenarios = (isLong: boolean): Scenario[] =>
  STOPS.map(({ name, stop, state, isWithoutEpoch }) => ({
    name,
    run: (context) =>
      withDesk(context, {}, async (desk) => {
        const services = await enforce(desk, context);
        const { epoch } = await desk.watcher.last();
        await stop(desk);
        const hasEnded = (now: Sample): boolean =>
          now.epoch !== epoch && (isWithoutEpoch === true || now.epoch !== null);
        await untilSeen(desk, `${state} under another epoch`, (now) => isNamed(state)(now) && hasEnded(now));
        await holding(desk, 'stopped', async () => {
          await untilSeen(desk, 'no key', ({ keys }) => keys.length === 0);
          await holding(desk, 'rolled_back', async () => {
            if (isLong) await seconds(LIFE_SEC + 3);
            else await untilCycles(desk, 3);
          });
        });
        await untilSeen(desk, `${state} still`, isNamed(state));
        await expectCounted(desk, services[0], new RegExp(`^rollout_state\\{.*state="${state}"`));
        return {};
      }),
  }));

/** Keys of the state that no rollout could have written. */
const SPOILT: readonly { name: string; problem: string; spoil: (desk: Desk) => Promise<unknown> }[] = [
  { name: 'state of another type', problem: 'unreadable', spoil: ({ harness: { client } }) => client.multi().del(ROLLOUT_STATE_KEY).set(ROLLOUT_STATE_KEY, 'x').exec() },
  { name: 'state unreadable', problem: 'invalid', spoil: ({ harness: { client } }) => client.hset(ROLLOUT_STATE_KEY, 'state', '{"version":2}') },
  { name: 'period of another type', problem: 'unreadable', spoil: ({ harness: { client } }) => client.multi().del(ROLLOUT_PERIOD_KEY).set(ROLLOUT_PERIOD_KEY, 'x').exec() },
]; // prettier-ignore

/** The state cannot be used: nothing is renewed, and the keys of before end by themselves. */
export const spoiltScenarios = (isLong: boolean): Scenario[] =>
  SPOILT.map(({ name, problem, spoil }) => ({
    name,
    run: (context) =>
      withDesk(context, {}, async (desk) => {
        const [service] = await enforce(desk, context);
        await spoil(desk);
        await holding(desk, 'silent', async () => {
          await expectCounted(desk, service, new RegExp(`^rollout_state_problems_total\\{.*problem="${problem}"`));
          if (!isLong) return seconds(2);
          await seconds(LIFE_SEC);
          await holding(desk, 'stopped', () => seconds(2));
        });
        await expectCounted(desk, service, /^rollout_state\{.*state="off"/);
        return {};
      }),
  }));
