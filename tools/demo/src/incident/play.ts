import { disarmKey, KILL_KEY, utcDate } from '@quantum/redis-schemas';
import { submitOpening, type RolloutHarness } from '@quantum/rollout-testbed';
import type { Say } from '../rollout/watch.js';
import { agreed, auditOf, quantumctl, type IncidentFixture } from './witnesses.js';
import type { Facts } from './differences.js';

/**
 * Plays what goes wrong and what the operator does about it. After each step page and CLI must say the same. @throws
 * Error where they do not
 */
export async function playIncident(fixture: IncidentFixture, harness: RolloutHarness, say: Say): Promise<void> {
  const { redis, user } = fixture;
  const [symbol = ''] = harness.symbols;
  const open = async (id: string): Promise<string> => (await submitOpening(redis, { id, symbol, usd: 100, priceUsd: 100 })).gate ?? 'permit'; // prettier-ignore
  const has = (start: string) => (facts: Facts) => facts.incidents.some((one) => one.startsWith(start));
  const both = async (what: string, isExpected: (facts: Facts) => boolean): Promise<Facts> => {
    const facts = await agreed(fixture, what, isExpected);
    say('page=CLI', what);
    return facts;
  };
  const did = async (...words: string[]): Promise<void> => {
    const text = await quantumctl(fixture, words);
    say(user, `quantumctl ${words.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')}`);
    say('', text.split(/[.:]\s/, 1).join(''));
  };

  await both('the rollout enforces', ({ rollout }) => rollout.startsWith('baking'));

  const market = harness.market.get(symbol);
  if (market) harness.market.set(symbol, { ...market, proposal: { multiplier: 0.9, policy: 'ba9876543210' } });
  await harness.writeMarket();
  say('platform', `proposes ${symbol} by parameters that nobody published`);
  const breached = await both('the guard integrity is breached, the rollout rolled back', (facts) => facts.rollout.startsWith('rolled_back') && has('rollout: rollback by rollout')(facts)); // prettier-ignore
  say('', breached.incidents.find((one) => one.startsWith('rollout: rollback'))?.split(' [')[0] ?? '');

  const isDisarmed = ({ switches }: Facts) => switches[disarmKey(utcDate(Date.now() / 1000))]?.startsWith('on') === true;
  say('governor', `a first plan: ${await open('incident-1')}; a second one at once: ${await open('incident-2')}`);
  await both('burst_rate refused a plan, opens are disarmed', (facts) => isDisarmed(facts) && has('disarm: ')(facts));
  say('governor', `a third plan: ${await open('incident-3')}`);
  await did('disarm', 'clear', '--reason', 'the burst was a backlog', '--yes', 'clear');
  await both('opens are armed again, and who did it', (facts) => !isDisarmed(facts) && has(`operator: disarm clear by ${user}`)(facts));

  await did('kill', 'on', '--reason', 'prices look odd');
  say('governor', `a fourth plan: ${await open('incident-4')}`);
  const isKilled = ({ switches }: Facts) => switches[KILL_KEY]?.startsWith('on') === true;
  await both('the kill switch is on, and who did it', (facts) => isKilled(facts) && has(`operator: kill on by ${user}`)(facts));
  await did('kill', 'off', '--reason', 'the feed is back', '--yes', 'off');
  const end = await both('the kill switch is off, and who did it', (facts) => !isKilled(facts) && has(`operator: kill off by ${user}`)(facts));

  const audit = await auditOf(fixture);
  const shown = end.incidents.flatMap((one) => /^operator: (.+) by /.exec(one)?.[1] ?? []).reverse();
  if (audit.join() !== shown.join()) throw new Error(`the audit has ${audit.join(', ')}; page and CLI show ${shown.join(', ')}`); // prettier-ignore
  say('audit', `${audit.join(', ')}: what page and CLI show, in this order`);
} // prettier-ignore
