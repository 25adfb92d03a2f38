import { replayGates, isClosing, isDecision, notionalUsdOf } from '@quantum/decisions';
import { decisionSentence, utc, type WordLine } from '@quantum/read-model';
import { entryIdMs, PERMIT_TTL_SEC, type DecisionRecord } from '@quantum/redis-schemas';
import { GATES, type GateSettings, type GateVerdict } from '@quantum/risk-gates';
import type { AppliedPlan } from '../doctor/results.js';
import { printable } from '../doctor/words.js';
import { duration } from '../texts.js';
import { gateWords } from './gate-words.js';
import type { PlanFacts } from './read.js';

const line = (label: string, text: string): WordLine => ({ label, text: printable(text) });

/**
 * What became of a plan, line by line: the decision, the gates in their order, the hint, the permit's fate, its
 * execution.
 */
export function planLines(facts: PlanFacts): readonly WordLine[] {
  const { record, results, unread } = facts;
  const ends = [...results.map(resultLine), ...unread.map(({ what, why }) => line('NOT READ', `${what}: ${why}`))];
  if (!record) return [...undecidedLines(facts), ...ends];
  const { inputs, entry_id: entryId, decided_at: decidedSec } = record;
  const notionalUsd = notionalUsdOf(inputs);
  const size =
    notionalUsd === undefined
      ? 'notional unknown'
      : `${notionalUsd.toLocaleString('en-US', { maximumFractionDigits: 2 })} USD`;
  const latencySec = decidedSec - entryIdMs(entryId) / 1000;
  return [
    line('plan', `${record.plan_id}, ${record.symbol}, ${isClosing(inputs) ? 'reduces risk' : 'opens'}, ${size}`),
    line('decision', decisionSentence(record)),
    line('decided', `${utc(decidedSec)}, ${latencySec.toFixed(3)} s after entry ${entryId}`),
    ...(isDecision(record) ? gateLines(record, facts.settings) : []),
    ...hintLines(facts, record),
    ...fateLines(facts, record),
    ...ends,
  ];
}

/** Why there is no decision. */
function undecidedLines(facts: PlanFacts): WordLine[] {
  const { planId, entry, nowSec } = facts;
  const found = entry
    ? `entry ${entry.id}, ${duration(nowSec - entryIdMs(entry.id) / 1000)} ago`
    : 'not among the last 1,000 entries of the plan stream';
  return [line('plan', `${planId}: ${found}`), line('decision', whyUndecided(facts)), ...otherPermit(facts)];
}

function whyUndecided({ entry, deadLetter, isRecordUnreadable }: PlanFacts): string {
  if (isRecordUnreadable) return 'not readable: the key of its record holds something else';
  if (deadLetter !== undefined) return `dead-lettered: ${deadLetter}`;
  const decision = entry?.fields['decision'] ?? 'EXECUTE';
  if (decision !== 'EXECUTE') return `none is due: its decision is ${decision}, and only EXECUTE asks for a permit`;
  if (entry) return 'none yet: no governor has answered. quantumctl doctor says more';
  return 'none is known. A record expires after GOV_DECISION_TTL_SEC, a day by default';
}

const otherPermit = ({ hasOtherPermit }: PlanFacts): WordLine[] =>
  hasOtherPermit ? [line('other', 'another team has permitted it (p33: or p26:): an executor may act on that alone')] : []; // prettier-ignore

/**
 * Every gate in its order, with what it was given. Limits that Redis does not explain leave the refusals of the record
 * alone.
 */
function gateLines(record: DecisionRecord, settings: GateSettings | undefined): WordLine[] {
  if (!settings) {
    const refused = record.gates.filter((one) => one.refused).map(({ gate, mode }) => line(`  ${gate}`, `refused (${mode})`));
    return [line('gates', `no numbers: Redis does not say what limits ${record.limits ?? '(none are named)'} are`), ...refused];
  }
  const { input, outcome } = replayGates(record, settings);
  const lines = GATES.map((gate) => {
    const { name, appliesTo } = gate;
    const asked = outcome.verdicts.find(({ gate }) => gate === name);
    if (asked) return line(`  ${name}`, `${verdictText(asked)}: ${gateWords(gate, input, settings.limits)}`);
    if (settings.modes[name] === 'off') return line(`  ${name}`, 'off');
    const isClose = appliesTo === 'opens' && input.closing;
    return line(`  ${name}`, `not asked: ${isClose ? 'the plan reduces risk' : 'a gate before it refused'}`);
  });
  return [line('gates', `in their order, by limits ${record.limits ?? ''}`), ...lines];
} // prettier-ignore

const verdictText = ({ verdict, mode }: GateVerdict): string =>
  verdict.refused ? (mode === 'shadow' ? 'WOULD REFUSE (in shadow)' : 'REFUSES') : 'passes';

/** The hint with its formula filled in. */
function hintLines({ hint }: PlanFacts, { permit }: DecisionRecord): WordLine[] {
  if (!permit) return [];
  const { eff_action, eff_score, eff_factor, eff_reason, extra_cooldown_sec, policy } = permit;
  const value = (name: string): string => String(hint?.[name] ?? name);
  const [threshold, least] = [value('P31_DOWNSIZE_THRESHOLD'), value('P31_MIN_FACTOR')];
  const why =
    eff_action === 'DOWNSIZE'
      ? `factor max(${least}, ${eff_score} / ${threshold}) = ${eff_factor}, extra cooldown (1 - ${eff_score}) * ${value('P31_MAX_EXTRA_COOLDOWN_SEC')} s = ${extra_cooldown_sec} s`
      : eff_reason === 'ok'
        ? `score ${eff_score} is not below ${threshold}, or the plan reduces risk`
        : `the score does not count (${eff_reason})`;
  return [line('hint', `${eff_action}: ${why}${policy === undefined || policy === '' ? '' : `; policy ${policy}`}`)];
}

/** What became of the permit. */
function fateLines(facts: PlanFacts, record: DecisionRecord): WordLine[] {
  const { permitTtlSec, blockTtlSec, results, nowSec } = facts;
  const fate = (): string => {
    if (record.outcome === 'foreign') return 'of another governor';
    if (record.outcome !== 'permit') {
      return `none${blockTtlSec === undefined ? '' : `; its refusal stays readable for ${duration(blockTtlSec)}`}`;
    }
    if (permitTtlSec !== undefined) return `there and not taken, for ${duration(permitTtlSec)} more`;
    const isTaken = nowSec - record.decided_at < PERMIT_TTL_SEC || results.some(({ isExecuted }) => isExecuted);
    return isTaken ? 'taken' : `gone: taken, or expired unread after ${PERMIT_TTL_SEC} s`;
  };
  return [line('permit', fate()), ...otherPermit(facts)];
}

const resultLine = ({ isExecuted, filledQty, source, error }: AppliedPlan): WordLine => {
  const quantity = filledQty === undefined ? '' : `, quantity ${filledQty}`;
  return line('result', `${isExecuted ? 'executed' : 'not executed'}${quantity}, by ${source}${error === '' ? '' : `: ${error}`}`);
}; // prettier-ignore
