import { lowersRisk, REFUSAL_TEXT, type AuditEntry, type RefusalCode } from '@quantum/rollout-commands';
import { parseRolloutState } from '@quantum/rollout-plan';
import type { Expiry, RolloutView } from './read.js';
import type { Outcome, Wanted } from './send.js';
import { duration, MAX_LIFE_SEC, stateLine, subjectText, utc } from './texts.js';

/** What is printed of a command, and its exit code: 0 accepted, 1 refused or not applied, 3 Redis cannot be used. */
export interface Said {
  readonly text: string;
  readonly exitCode: 0 | 1 | 3;
}

type Plans = RolloutView['plans'];

/** What became of a command. `expiry`: where it was not applied; undefined where Redis does not say. */
export function outcomeText(wanted: Wanted, outcome: Outcome, plans: Plans, expiry: Expiry | undefined): Said {
  if (outcome.kind === 'answered') return answered(wanted, outcome.entry, plans);
  const why =
    outcome.kind === 'unanswered' ? unansweredText(wanted.name, outcome) : unwrittenText(wanted.name, outcome);
  return lowersRisk(wanted.name) ? notApplied(why, expiry) : { text: `NOT APPLIED: ${why}.\n`, exitCode: 1 };
}

const unansweredText = (name: string, { user, timeoutSec, error }: Extract<Outcome, { kind: 'unanswered' }>): string =>
  `${name} is in the stream of ${user}, and ` +
  (error === undefined
    ? `the rollout has not answered in ${timeoutSec} s. It does not run, or ROLLOUT_USERS does not name ${user}`
    : `what became of it cannot be read: ${error.message}`) +
  '. The rollout reads it when it can';

const unwrittenText = (name: string, { error, isUnsure }: Extract<Outcome, { kind: 'not_written' }>): string =>
  isUnsure
    ? `${name}: ${error.message}. Redis may have it all the same; \`rollout audit\` shows it`
    : `Redis refuses ${name}: ${error.message}`;

/** Nothing that lowers risk has happened. `expiry`: undefined where Redis does not say. */
export const notApplied = (why: string, expiry?: Expiry): Said => ({
  text: `NOT APPLIED: ${why.trim().replace(/\.$/, '')}.\n${expiryText(expiry)}\n`,
  exitCode: 1,
});

/** When enforcement ends by itself. */
function expiryText(expiry: Expiry | undefined): string {
  if (expiry === undefined) {
    return `Multipliers expire at the latest ${MAX_LIFE_SEC} s after the last cycle of the rollout that could write.`;
  }
  const { nowSec, leftSec } = expiry;
  if (leftSec <= 0) return 'No multiplier is published.';
  return `Multipliers expire at ${utc(nowSec + leftSec)}, in ${duration(leftSec)}, unless the rollout renews them.`;
}

function answered({ name, symbols = [] }: Wanted, { refusal, from, to, subject }: AuditEntry, plans: Plans): Said {
  const lineOf = (text: string): string => {
    const state = parseRolloutState(text);
    return state ? stateLine(state, plans.get(state.plan)) : 'a state that cannot be read';
  };
  if (refusal !== '') {
    const meaning = (REFUSAL_TEXT[refusal as RefusalCode] as string | undefined) ?? 'no meaning is known for this code';
    return { text: `${name} refused, ${refusal}: ${meaning}. The rollout is ${lineOf(from)}.\n`, exitCode: 1 };
  }
  const what = subject === undefined || subject === '' ? '' : ` (${subjectText(subject)})`;
  const moved = from === to ? `The rollout stays ${lineOf(to)}` : `${lineOf(from)} -> ${lineOf(to)}`;
  const lines = [`${name} accepted${what}. ${moved}.`];
  const known = new Set([...plans.values()].flatMap(({ cohorts }) => Object.values(cohorts).flat()));
  const unknown = symbols.filter((symbol) => !known.has(symbol));
  if (unknown.length > 0) lines.push(`No plan has ${unknown.join(', ')}.`);
  const wasKilled = parseRolloutState(from)?.name !== 'killed' && parseRolloutState(to)?.name === 'killed';
  if (wasKilled) lines.push('Redis had another epoch, so the rollout was killed. `rollout clear` leads to off.');
  return { text: `${lines.join('\n')}\n`, exitCode: wasKilled && !lowersRisk(name) ? 1 : 0 };
}
