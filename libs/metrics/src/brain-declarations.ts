import { EXECUTION_RESULTS, EXECUTION_STREAMS, SCORE_INPUTS, type ExecutionStream } from '@quantum/redis-schemas';
import {
  counter,
  CYCLE_BUCKETS_SEC,
  cycleGauges,
  gauge,
  histogram,
  serverGauges,
  type Declaration,
} from './declaration.js';

/** What became of an entry of an execution stream, beyond what its adapter says. */
export const ENTRY_RESULTS = [...EXECUTION_RESULTS, 'duplicate', 'late', 'ahead', 'too_large', 'lost'] as const;
export type EntryResult = (typeof ENTRY_RESULTS)[number];

/** The meaning of the results that no adapter gives. */
export const ENTRY_RESULT_TEXT: Readonly<Record<Exclude<EntryResult, (typeof EXECUTION_RESULTS)[number]>, string>> = {
  duplicate: 'everything that it reports of its order was counted before, maybe from another stream',
  late: 'its period was closed before it was read; it counts in the period that is open, but for a fill whose stream could not be read: the position has included it since',
  ahead:
    'its id is over 60 s ahead of our clock, it states no time, and it was there at the start, so it may have been counted before; it is not used',
  too_large: 'it has more than 64 KiB; it is not read',
  lost: 'entries may have been trimmed, or deleted by another reader, before they were read; counted once per gap',
};

const STREAM_NAMES = Object.keys(EXECUTION_STREAMS) as ExecutionStream[];

export const BRAIN = {
  loops: counter('p31_loops_total', 'Cycles that ended, failed ones included', {}),
  loopErrors: counter('p31_loop_errors_total', 'Failed cycles and attempts at a lease, refused writes, failed scans, and times a stream became unreadable', {}),
  loopsMissed: counter('p31_loops_missed_total', 'Cycles left out because the one before took too long', {}),
  loopDurationSec: histogram('p31_loop_duration_seconds', 'Duration of a cycle', CYCLE_BUCKETS_SEC),
  symbols: gauge('p31_symbols', 'Symbols scored in the last cycle', {}),
  confidentSymbols: gauge('p31_confident_symbols', 'Of these, symbols whose confidence is at least P31_MIN_CONF', {}),
  freshSymbols: gauge('p31_fresh_symbols', 'Of these, symbols without a missing or stale input of the measure', {}),
  badNames: counter('p31_bad_names_total', 'Keys whose name holds no symbol, counted once per scan', {}),
  shardsHeld: gauge('p31_shards_held', 'Shards that this process scores; 0: it is a standby', {}),
  leaseLost: counter('p31_lease_lost_total', 'Held leases of shards that turned out gone or another’s', {}),
  periods: counter('p31_periods_total', 'Closed periods of symbols, measured or missing with the reason', { result: 'any' }),
  periodsSkipped: counter('p31_periods_skipped_total', 'Periods of symbols that were not closed; they count as missing', {}),
  periodsRefused: counter('p31_periods_refused_total', 'Closed periods that were not written: the state in Redis has a later one or a later lease, or is in a part of a Cluster that takes no writes', { reason: ['fence', 'period', 'slot_down'] }),
  statesReset: counter('p31_states_reset_total', 'States that were not used, so that their symbols started anew', { problem: ['version', 'period_sec', 'invalid', 'unreadable'] }),
  entries: counter('p31_stream_entries_total', 'Entries of execution streams by what became of them', { stream: STREAM_NAMES, result: ENTRY_RESULTS }),
  ...cycleGauges('p31'),
  ...serverGauges('p31'),
} as const satisfies Record<string, Declaration>; // prettier-ignore

export const BRAIN_BY_SYMBOL = {
  score: gauge('p31_efficiency_score', 'Efficiency score', { symbol: 'any' }),
  confidence: gauge('p31_confidence', 'Confidence of the score', { symbol: 'any' }),
} as const satisfies Record<string, Declaration>;

export const BRAIN_COUNTS_BY_SYMBOL = {
  execEvents: counter('p31_exec_events_total', 'Executions read from the execution streams', { symbol: 'any' }),
  missing: counter('p31_inputs_missing_total', 'Cycles in which an input was missing', { symbol: 'any', which: SCORE_INPUTS }),
  stale: counter('p31_inputs_stale_total', 'Cycles in which an input was stale', { symbol: 'any', which: SCORE_INPUTS }),
  written: counter('p31_written_total', 'Efficiency hashes written', { symbol: 'any' }),
} as const satisfies Record<string, Declaration>; // prettier-ignore
