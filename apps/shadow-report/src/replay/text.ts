import { GATE_NAMES } from '@quantum/risk-gates';
import {
  shown,
  type BeforeAfter,
  type Changes,
  type Difference,
  type Replayer,
  type WhatIf,
} from '@quantum/shadow-evidence';
import { table } from '@quantum/rollout-lint';
import { fileNotes, type FileFacts } from '../table.js';

export function replayText(replayer: Replayer, file: FileFacts, seconds: number): string {
  const {
    proposals,
    scores,
    decisions,
    blocks,
    noDecision,
    noState,
    unreadable,
    unreadableScores,
    different,
    checked,
  } = replayer;
  const { unknownPolicies, byHeaderLimits, unreadableRecords, differences } = replayer;
  const undecided = replayer.notCompared;
  // A recording of an earlier version has no scores.
  const kinds = { proposals, ...(scores.checked > 0 && { scores }), decisions, blocks };
  const rows = Object.entries(kinds).map(([name, counts]) => [
    name,
    shown(counts.checked),
    shown(counts.same),
    shown(counts.different),
  ]);
  const notes = [
    unknownPolicies.size > 0 && unknownText(unknownPolicies),
    unreadableRecords > 0 &&
      `${shown(unreadableRecords)} unreadable records: no JSON, or decision records of a version that this program does not know`,
    byHeaderLimits > 0 &&
      `${shown(byHeaderLimits)} decisions of an earlier version name no limits: decided again by those of the recording's header`,
    noState > 0 &&
      `${shown(noState)} scores before the first closed period of their symbol: nothing to score again from`,
    noDecision > 0 && `${shown(noDecision)} dead letters: nothing to decide again`,
    unreadable > 0 && `${shown(unreadable)} entries of the proposal stream are no proposals`,
    unreadableScores > 0 &&
      `${shown(unreadableScores)} scores of a brain cannot be read: of a version that this program does not know, or changed`,
    ...fileNotes(file),
  ].filter((note) => note !== false);
  const verdict =
    checked + undecided === 0
      ? 'NOTHING TO REPLAY'
      : different === 0 && undecided > 0
        ? `UNKNOWN: ${shown(undecided)} of ${shown(checked + undecided)} outputs, the others are identical`
        : different === 0
          ? `IDENTICAL: ${shown(checked)} outputs, byte for byte`
          : `DIFFERENT: ${shown(different)} of ${shown(checked)} outputs; the first:`;
  return [
    table(['decided again', 'n', 'identical', 'different'], rows),
    ...notes,
    ...(differences.length > 0 ? [verdict, ...differences.map(differenceText)] : [verdict]),
    `Took ${seconds.toFixed(1)} s`,
    '',
  ].join('\n');
}

const unknownText = (policies: Replayer['unknownPolicies']): string =>
  `decided by parameters or limits that the recording does not have: ${[...policies].map(([hash, n]) => `${hash} (${shown(n)} outputs)`).join(', ')}`;

const differenceText = ({ what, id, recorded, expected }: Difference): string =>
  [`  ${what} ${id}`, `    recorded ${recorded}`, `    again    ${expected || 'none'}`].join('\n');

/** What another policy would have changed, as it is printed. `unmet`: its entries that decide for no output. */
export function whatIfText(
  { all, bySymbol, refusals, undecided, unreadable }: WhatIf,
  unmet: readonly string[],
  file: FileFacts,
  seconds: number,
): string {
  const symbols = [...bySymbol].sort(([a], [b]) => (a < b ? -1 : 1));
  const mean = ({ before, after }: BeforeAfter, n: number, decimals: number): string =>
    n === 0 ? '-' : `${shown(before / n, decimals)} -> ${shown(after / n, decimals)}`;
  const sum = ({ before, after }: Pick<BeforeAfter, 'before' | 'after'>, decimals = 0): string =>
    `${shown(before, decimals)} -> ${shown(after, decimals)}`;
  const proposals = ([name, one]: [string, Changes]): string[] => [
    name,
    shown(one.proposals),
    shown(one.proposalsChanged),
    mean(one.multiplier, one.proposals, 4),
    mean(one.proposedUsd, one.proposals, 2),
  ];
  const plans = ([name, one]: [string, Changes]): string[] => [
    name,
    shown(one.plans),
    shown(one.plansChanged),
    shown(one.plansUnknown),
    sum(one.permits),
    sum(one.hinted),
    sum(one.takenOffUsd),
    sum(one.cooldownSec),
  ];
  const order = GATE_NAMES.filter((gate) => refusals.has(gate));
  const refused = order.map((gate) => [gate, sum(refusals.get(gate) ?? { before: 0, after: 0 })]);
  const withPlans = symbols.filter(([, { plans: n }]) => n > 0);
  return [
    'Proposals, as recorded -> with the other policy',
    table(
      ['symbol', 'n', 'changed', 'mean multiplier', 'mean proposed USD'],
      [...symbols, ['all', all] as [string, Changes]].map(proposals),
    ),
    'Plans, as recorded -> with the other policy',
    table(
      ['symbol', 'n', 'changed', 'unknown', 'permits', 'hinted', 'taken off USD', 'cooldown s'],
      [...withPlans, ['all', all] as [string, Changes]].map(plans),
    ),
    ...(refused.length > 0
      ? ['Refused plans by gate, as recorded -> with the other policy', table(['gate', 'plans'], refused)]
      : []),
    'Each decision by itself, on its recorded inputs: what a changed one would have done to later ones is not followed.',
    'So each plan is judged on the windows that it met: under other limits they would have held other plans.',
    "Smoothing goes on from what the other policy would have left of the symbol; a budget's scale stays as recorded.",
    'Unknown: the plan was refused before its windows were read, and would not have been. A refused plan has no reading:',
    'permitted, it counts without a hint.',
    ...(undecided > 0
      ? [`Left out: ${shown(undecided)} outputs, decided by parameters or limits that the recording does not have.`]
      : []),
    ...(unreadable > 0 ? [`Left out: ${shown(unreadable)} proposals and decision records that cannot be read.`] : []),
    ...(unmet.length > 0 ? [`The recording has no output of a symbol of: ${unmet.join(', ')}.`] : []),
    ...fileNotes(file),
    `Took ${seconds.toFixed(1)} s`,
    '',
  ].join('\n');
}
