import { assess, EFFICIENCY_REASON_TEXT, type ParameterValues } from '@quantum/efficiency-policy';
import { proposalParameters, settingsOf } from '@quantum/policy';
import { explainSymbol, type WordLine } from '@quantum/read-model';
import { parseEfficiency } from '@quantum/redis-schemas';
import { proposerDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { printable } from '../doctor/words.js';
import { counted, duration, wrapped } from '../texts.js';
import type { SymbolFacts } from './read.js';

/** Limits and modes of the gates, by the hash that the records of the symbol carry. */
export interface LimitsLine {
  readonly hash: string;
  readonly parameters: ParameterValues;
}

const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** What the next plan of the symbol meets: permits in its windows, against the limits in force. */
function windowLines({ sources: { executions, nowSec }, windows, limits }: SymbolFacts): WordLine[] {
  const known = limits && settingsOf(limits.parameters)?.limits;
  const limitText = (value: number | undefined): string => (value === undefined ? '' : `, limit ${grouped(value)}`);
  const { lastExecSec, dayUsd } = windows;
  const since = lastExecSec === undefined ? 'none is known' : `${duration(nowSec - lastExecSec)} ago`;
  return [
    ...(executions
      ? [
          { label: 'in 5 min', text: `${counted(executions.burstCount, 'permit')}${limitText(known?.maxExecPer5Min)}` },
          { label: 'in 1 h', text: `${counted(executions.hourCount, 'permit')}${limitText(known?.maxExecPerHour)}` },
        ]
      : []),
    ...(dayUsd === undefined ? [] : [{ label: 'today', text: `${grouped(dayUsd)} USD${limitText(known?.maxNotionalPerDayUsd)}` }]),
    { label: 'last permit', text: `${since}${known ? `; cooldown ${known.symbolCooldownSec} s` : ''}` },
    { label: 'limits', text: limits ? `${limits.hash}, of its last decision` : 'not known: none of the last plans of the symbol was decided' },
  ];
} // prettier-ignore

/**
 * The reason that the score has now, by the default bounds, where it is not `ok`: the proposal may be of a cycle
 * before.
 */
function scoreLines({ sources: { efficiency, nowSec } }: SymbolFacts): WordLine[] {
  const reading = efficiency === 'unreadable' ? { state: 'unreadable' as const } : parseEfficiency(efficiency);
  const bounds = proposalParameters(loadConfig(proposerDefinition, {}).config);
  const { reason, confidence, tsSec } = assess(reading, nowSec, bounds);
  if (reason === 'ok') return [];
  const numbers =
    reason === 'low_conf'
      ? ` (${confidence ?? ''} < ${bounds.minConfidence})`
      : reason === 'stale_eff'
        ? ` (${duration(nowSec - (tsSec ?? nowSec))} old, limit ${bounds.maxAgeSec} s)`
        : '';
  return [
    { label: 'score now', text: `${reason}${numbers}, by the default bounds: ${EFFICIENCY_REASON_TEXT[reason]}` },
  ];
}

/** Where the numbers of a symbol come from, line by line. */
export function symbolLines(facts: SymbolFacts): readonly WordLine[] {
  const own = explainSymbol(facts.sources).filter(({ label }) => label !== 'windows');
  const spelled = facts.spellings.map((other) => ({
    label: 'SPELLING',
    text: `plans also name ${other}: to the services that is another symbol`,
  }));
  const unread = facts.unread.map(({ what, why }) => ({ label: 'NOT READ', text: `${what}: ${why}` }));
  return [...own, ...scoreLines(facts), ...windowLines(facts), ...spelled, ...unread].map(({ label, text }) => ({
    label,
    text: printable(text),
  }));
}

/** Lines with their labels in a column. */
export function columnText(lines: readonly WordLine[], width: number): string {
  const column = Math.max(...lines.map(({ label }) => label.length)) + 2;
  return lines.flatMap(({ label, text }) => wrapped(label.padEnd(column), text, width)).map((one) => `${one}\n`).join(''); // prettier-ignore
}
