import { short, total, utc, type DecisionRow, type IncidentRow, type ServiceRow, type Snapshot, type SymbolRow } from '@quantum/read-model'; // prettier-ignore
import { counted, duration, table, wrapped } from '../texts.js';
import { decimals, tally, whole } from './lines.js';

/** What a state means for a person who looks at many: a mark beside the word. */
const MARKS: Readonly<Record<ServiceRow['state'], string>> = {
  ready: '✓',
  alive: '✓',
  absent: '·',
  unknown: '?',
  silent: '✗',
  not_ready: '✗',
  unreachable: '✗',
};

const ago = (sec: number, nowSec: number): string => `${duration(nowSec - sec)} ago`;

export function headline({ redis, problems }: Snapshot, nowSec: number): string {
  const server = redis.product === '' ? '' : `${redis.product} ${redis.version}, ${redis.role}, ${counted(redis.replicas ?? 0, 'replica')}`; // prettier-ignore
  const state = redis.isAnswering ? server : `Redis does not answer (${redis.why})`;
  const verdict = problems.length === 0 ? '✓ all is well' : `✗ ${counted(problems.length, 'problem')}`;
  return `${utc(nowSec)}  ${verdict}  ${state}`;
}

/** What is wrong is shown to its end, on as many lines as that takes. */
export const problemLines = ({ problems }: Snapshot, columns: number): string[] =>
  problems.flatMap(({ where, words }) => wrapped('✗ ', `${where}: ${words}`, columns));

export function serviceLines({ services, cycle }: Snapshot, nowSec: number): string[] {
  const rows = services.map(({ name, state, why, instances, lastSec, lagEntries, pendingEntries }) => {
    const facts = [
      why,
      instances === null || state === 'absent' ? '' : counted(instances, 'process', 'processes'),
      lastSec === null ? '' : `last cycle ${ago(lastSec, nowSec)}`,
      lagEntries === null ? '' : `${counted(lagEntries, 'plan')} unread, ${whole(pendingEntries)} in flight`,
    ];
    return [`${MARKS[state]} ${name}`, state, facts.filter((fact) => fact !== '').join(', ')];
  });
  const proposals =
    cycle === null
      ? 'none yet'
      : `${counted(cycle.symbols, 'symbol')} in ${Math.round(1000 * cycle.durationSec)} ms, ${ago(cycle.atSec, nowSec)}: ${tally(cycle.reasons)}, skipped ${tally(cycle.skippedReasons)}`; // prettier-ignore
  return [...table(rows), `  proposals: ${proposals}`];
}

const HEAD = ['SYMBOL', 'BASE USD', 'PROPOSED', 'MULT', 'SCORE', 'CONF', 'REASON', 'EFFECTIVE', 'POSITION USD'];

/** The symbols that are farthest from their base, in at most `height` lines. */
export function symbolLines({ symbols }: Snapshot, height: number): string[] {
  const distance = ({ multiplier }: SymbolRow): number => Math.abs((multiplier ?? 1) - 1);
  const sorted = [...symbols.values()].sort((a, b) => distance(b) - distance(a) || (a.symbol < b.symbol ? -1 : 1));
  const stale = sorted.filter(({ staleSinceSec }) => staleSinceSec !== null).length;
  const shown = sorted.slice(0, Math.max(0, height - 2));
  const title = `SYMBOLS ${whole(symbols.size)}, ${whole(stale)} stale; the farthest from their base first`;
  const rows = shown.map((row) => [
    row.symbol,
    whole(row.baseUsd),
    whole(row.proposedUsd),
    decimals(row.multiplier, 4),
    decimals(row.score, 4),
    decimals(row.confidence, 3),
    row.staleSinceSec === null ? row.reason : `${row.reason} (stale)`,
    row.effectiveMultiplier === null ? '-' : `${decimals(row.effectiveMultiplier, 4)} ${row.effectiveWhy}`,
    whole(row.positionUsd),
  ]);
  return [title, ...(rows.length === 0 ? [] : table([HEAD, ...rows]))];
}

/** The last decisions in words, after what was counted. */
export function decisionLines({ decisions, totals }: Snapshot, nowSec: number, height: number): string[] {
  const { fromSec, plans, permits, refusals, deadLetters, foreign, undecided } = totals;
  const others = [[deadLetters, 'dead-lettered'], [foreign, 'permitted by others'], [undecided, 'without a decision']] as const; // prettier-ignore
  const counts = others.filter(([count]) => count > 0).map(([count, what]) => `, ${whole(count)} ${what}`);
  const since = fromSec === null ? '' : ` since ${utc(fromSec)}`;
  const titles = [
    `PLANS ${whole(total(plans))}${since}: ${tally(plans)}${counts.join('')}`,
    `  permits ${tally(permits)}; refused ${tally(refusals)}`,
  ];
  const rows = decisions.slice(0, Math.max(0, height - titles.length)).map((row: DecisionRow) => [ago(row.decidedSec, nowSec), row.symbol, row.planId, row.words]); // prettier-ignore
  return [...titles, ...table(rows)];
}

export function rolloutLines({ rollout }: Snapshot, nowSec: number): string[] {
  if (rollout === null) return ['ROLLOUT not read'];
  const { state, holdCause, stage, stages, stageName, blend, stageBlend, planName, plan, next, published, expiresAtSec, advantage, guards } = rollout; // prettier-ignore
  const where = stage === 0 ? '' : `, stage ${stage} of ${stages} (${stageName}), blend ${short(blend)} of ${stageBlend === null ? 'unknown' : short(stageBlend)}`; // prettier-ignore
  const title = `ROLLOUT ${state}${holdCause === '' ? '' : ` by ${holdCause}`}${where}${plan === '' ? '' : `, plan ${planName} (${plan})`}`;
  const breached = guards.filter(({ isBreached }) => isBreached).map(({ guard, value, limit, unit, asOfSec }) =>
    asOfSec === null ? guard : `${guard} (${decimals(value, 4)}, limit ${decimals(limit, 4)} ${unit}, ${ago(asOfSec, nowSec)})`,
  );
  return [
    title,
    ...(expiresAtSec === null ? [] : [`  ${counted(published, 'multiplier')}, gone in ${duration(expiresAtSec - nowSec)} unless renewed`]),
    ...(next === null ? [] : [`  next: ${next.name}${next.blockers.length === 0 ? ', nothing blocks it' : `: ${next.blockers.join('; ')}`}`]),
    ...(breached.length === 0 ? [] : [`  breached: ${breached.join(', ')}`]),
    ...(advantage === null ? [] : [`  advantage ${decimals(advantage.meanBps, 3)} bps an hour (${decimals(advantage.lowBps, 3)} to ${decimals(advantage.highBps, 3)}), line of harm ${decimals(-advantage.deltaBps, 3)}, ${counted(advantage.hours, 'hour')}`]),
  ];
} // prettier-ignore

export function incidentLines({ incidents }: Snapshot, nowSec: number, height: number): string[] {
  const rows = incidents.slice(0, Math.max(0, height - 1)).map((row: IncidentRow) => [ago(row.atSec, nowSec), row.kind, row.symbol, row.words]); // prettier-ignore
  return [`INCIDENTS ${whole(incidents.length)}`, ...table(rows)];
}

export function policyLine({ policies }: Snapshot): string {
  const shown = policies.slice(0, 6).map(({ hash, decides, symbols }) => `${decides} ${hash}${symbols > 0 ? ` (${counted(symbols, 'symbol')})` : ''}`); // prettier-ignore
  const rest = policies.length - shown.length;
  return `POLICY ${shown.length === 0 ? 'none has decided yet' : shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
