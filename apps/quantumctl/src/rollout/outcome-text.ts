import { utc } from '@quantum/read-model';
import { lowersRisk, REFUSAL_TEXT, type RefusalCode } from '@quantum/rollout-commands';
import { parseRolloutState } from '@quantum/rollout-plan';
import { duration, withoutStop } from '../texts.js';
import type { Expiry, RolloutView } from './read.js';
import type { Outcome, Wanted } from './send.js';
import { MAX_LIFE_SEC, namedBy, stateLine, subjectText } from './texts.js';

/** What is printed of a command, and its exit code: 0 accepted, 1 refused or not applied, 3 Redis cannot be used. */
export interface Said {
  readonly text: string;
  readonly exitCode: 0 | 1 | 3;
}

/** What a command that acts has done: also for machines, in one line of JSON. */
export interface Acted extends Said {
  readonly json: Readonly<Record<string, unknown>>;
}

type Plans = RolloutView['plans'];

/** What became of a command. `expiry`: where it was not applied; undefined where Redis does not say. */
export function outcomeText(wanted: Wanted, outcome: Outcome, plans: Plans, expiry: Expiry | undefined): Acted {
  if (outcome.kind === 'answered') return answered(wanted, outcome, plans);
  const why =
    outcome.kind === 'unanswered' ? unansweredText(wanted.name, outcome) : unwrittenText(wanted.name, outcome);
  const isUnknown = outcome.kind === 'unanswered' ? outcome.error !== undefined : outcome.isUnsure;
  const said = isUnknown ? notConfirmed(why, expiry) : notApplied(why, expiry);
  return lowersRisk(wanted.name) ? said : { ...said, text: `${said.text.slice(0, said.text.indexOf('\n'))}\n` };
}

const unansweredText = (name: string, { user, timeoutSec, error }: Extract<Outcome, { kind: 'unanswered' }>): string =>
  `${name} is in the stream of ${user}, and ` +
  (error === undefined
    ? `the rollout has not answered in ${timeoutSec} s. It does not run, or ROLLOUT_USERS does not name ${user}`
    : `what became of it cannot be read: ${withoutStop(error.message)}`) +
  '. The rollout reads it when it can';

const unwrittenText = (name: string, { error, isUnsure }: Extract<Outcome, { kind: 'not_written' }>): string =>
  isUnsure
    ? `${name}: ${withoutStop(error.message)}. Redis may have it all the same; \`rollout audit\` shows it`
    : `Redis refuses ${name}: ${error.message}`;

/** A command that was not given. `problem`: why it cannot be; undefined: a person said no. */
export const notSent = (problem?: string): Acted => ({
  text: problem === undefined ? 'Not sent.\n' : `Not sent: ${problem}\n`,
  exitCode: 1,
  json: { result: 'not_sent', why: problem ?? 'not confirmed' },
});

/** Nothing that lowers risk has happened. `expiry`: undefined where Redis does not say. */
export const notApplied = (why: string, expiry?: Expiry): Acted => ended('NOT APPLIED', 'not_applied', why, expiry);

/** An answer was lost: it may have happened. */
const notConfirmed = (why: string, expiry?: Expiry): Acted => ended('NOT CONFIRMED', 'not_confirmed', why, expiry);

const ended = (verdict: string, result: string, why: string, expiry: Expiry | undefined): Acted => ({
  text: `${verdict}: ${withoutStop(why)}.\n${expiryText(expiry)}\n`,
  exitCode: 1,
  json: { result, why: why.trim(), publishedForSec: expiry?.leftSec ?? null },
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

function answered(
  { name, symbols = [] }: Wanted,
  { id, entry }: Extract<Outcome, { kind: 'answered' }>,
  plans: Plans,
): Acted {
  const [from, to] = [parseRolloutState(entry.from), parseRolloutState(entry.to)];
  const lineOf = (state: typeof from): string =>
    state ? stateLine(state, plans.get(state.plan)) : 'a state that cannot be read';
  const named = namedBy(entry.subject);
  const json = { plan: to?.plan, ...named, audit: id, before: from ?? null, state: to ?? null };
  const { refusal } = entry;
  if (refusal !== '') {
    const meaning = (REFUSAL_TEXT[refusal as RefusalCode] as string | undefined) ?? 'no meaning is known for this code';
    const text = `${name} refused, ${refusal}: ${meaning}. The rollout is ${lineOf(from)}.\n`;
    return { text, exitCode: 1, json: { result: 'refused', refusal, why: meaning, ...json } };
  }
  const what = entry.subject === '' ? '' : ` (${subjectText(entry.subject)})`;
  const moved = entry.from === entry.to ? `The rollout stays ${lineOf(to)}` : `${lineOf(from)} -> ${lineOf(to)}`;
  const lines = [`${name} accepted${what}. ${moved}.`];
  const known = new Set([...plans.values()].flatMap(({ cohorts }) => Object.values(cohorts).flat()));
  const unknown = symbols.filter((symbol) => !known.has(symbol));
  if (unknown.length > 0) lines.push(`No plan has ${unknown.join(', ')}.`);
  const wasKilled = from?.name !== 'killed' && to?.name === 'killed';
  if (wasKilled) lines.push('Redis had another epoch, so the rollout was killed. `rollout clear` leads to off.');
  return {
    text: `${lines.join('\n')}\n`,
    exitCode: wasKilled && !lowersRisk(name) ? 1 : 0,
    json: { result: 'accepted', ...json, ...(unknown.length > 0 && { unknownSymbols: unknown }) },
  };
}
