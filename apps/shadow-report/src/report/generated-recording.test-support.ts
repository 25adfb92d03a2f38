import { replayDecision, replayProposal, recordJson, type RecordedProposal } from '@quantum/decisions';
import { multiplier, priceUsd, score, uniform, usd } from '@quantum/generators';
import { proposalStreamEntry, type DecisionRecord } from '@quantum/redis-schemas';
import {
  type RecordedParameters,
  type PositionSide,
  type RecordingHeader,
  type RecordingLine,
  type Thresholds,
} from '@quantum/shadow-evidence';
import fc from 'fast-check';
import { packBlock } from '../file/blocks.js';
import { policyOf, policyTexts } from '../policy.js';

/** A generated recording, and what `report` is asked about it. */
export interface GeneratedRecording {
  /** The file in parts, in order. */
  parts: readonly Buffer[];
  /** A table of prices in CSV; undefined: the report has none. */
  prices: string | undefined;
  options: {
    priceDelay: number;
    costBps: number;
    block: number | undefined;
    seed: number;
    timeScale: number;
    interval: number | undefined;
  };
  /** Undefined: those by default. */
  thresholds: Thresholds | undefined;
  truth: Truth;
}

/**
 * What the generator put into a recording; of what was damaged in part only the outputs that replay cannot give again:
 * none.
 */
export interface Truth {
  different: number;
  /** Undefined where lines were damaged in part. */
  counts: Readonly<Record<'proposals' | 'gaps' | 'plans' | 'records' | 'unreadable' | 'permits', number>> | undefined;
}

const POLICIES: readonly [RecordingHeader['policy'], RecordedParameters][] = [
  {},
  { P31_SCALE: '1.7', P31_SMOOTHING_HALFLIFE_SEC: '120', GOV_MAX_EXEC_PER_5MIN: '1' },
  { P31_MIN_CONF: '0.5', P31_MIN_FACTOR: '0.1', APPLY_MODE: 'production' },
].map((env) => {
  const texts = policyTexts({}, { APPLY_MODE: 'testnet', ...env });
  return [texts, policyOf(texts)];
});
const UNKNOWN_HASH = 'ffffffffffff';
const OTHER_HASH = {
  proposal: '0123456789ab',
  hint: 'ba9876543210',
  limits: 'abcdef012345',
  later: '0a0b0c0d0e0f',
} as const;

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const mostly = <T>(usual: T, ...others: fc.Arbitrary<T>[]) =>
  fc.oneof(weighted(8, fc.constant(usual)), ...others.map((other) => weighted(1, other)));
const rarely = fc.integer({ min: 0, max: 19 }).map((at) => at === 7);

/** An efficiency reading, of every reason. */
const reading = fc.record({
  state: fc.constantFrom('read', 'read', 'read', 'read', 'read', 'missing', 'redis_error', 'no_score'),
  score,
  confidence: fc.constantFrom(0.3, 0.65, 0.9, 1),
  ageSec: fc.constantFrom(0, 0.25, 5.5, 59, 300, 600, 601, 5000, 123_456, 40_000_000),
});
type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never;

const SIDES = [1, -1, 0, undefined] as const;

/** What happens to a symbol from one cycle to its next. */
const move = fc.record({
  isThere: mostly(true, fc.constant(false)),
  base: mostly<number>(1, uniform(0.5, 2), fc.constantFrom(0, 1.0001)),
  restored: rarely,
  reading: mostly<Reading | undefined>(undefined, reading, reading),
  side: mostly<number | undefined>(undefined, fc.nat(3)),
  baseAgeSec: mostly<number | undefined>(
    2,
    fc.constantFrom(0.125, 299.96, 301, 100_500, -59.5, -60.5, -1.7e12, undefined),
  ),
  hash: mostly<'header' | 'none' | 'other' | 'unknown'>('header', fc.constantFrom('none', 'other', 'unknown')),
  altered: rarely,
});

const cycle = fc.record({
  /** Intervals since the cycle before; 0: another cycle in the same second. */
  distance: fc.oneof(
    weighted(40, fc.constant(1)),
    weighted(1, fc.constant(0)),
    weighted(4, fc.constantFrom(2, 3, 4, 11, 100)),
  ),
  moves: fc.array(move, { minLength: 4, maxLength: 4 }),
  budgetScale: mostly<number>(1, fc.constantFrom(0.9, 0.123456789)),
});

const GATE_INPUTS: readonly DecisionRecord['inputs'][] = [
  {}, {}, {}, { kill_score: 0.9 }, { kill_switch: true }, { exec_count_5min: 5 }, { exec_count_5min: 1 }, { disarmed: true }, { kill_score: null },
]; // prettier-ignore

/** How many texts there are that are no readable record. */
const UNREADABLE_TEXTS = 12;
const plan = fc.record({
  kind: fc.constantFrom('decided', 'decided', 'decided', 'decided', 'unreadable', 'dead_letter', 'foreign', 'unanswered', 'expired', 'skipped', 'odd', 'odd'),
  inputs: fc.constantFrom(...GATE_INPUTS),
  qty: uniform(0, 10),
  price: priceUsd,
  score,
  confidence: fc.constantFrom(0.3, 0.9),
  limits: mostly<'none' | 'other' | 'later' | 'unknown'>('none', fc.constantFrom('other', 'later', 'unknown')),
  hint: mostly<'header' | 'none' | 'other' | 'unknown'>('header', fc.constantFrom('none', 'other', 'unknown')),
  alteration: mostly<'' | 'text' | 'factor' | 'block'>('', fc.constantFrom('text', 'factor', 'block')),
  unreadable: fc.nat(UNREADABLE_TEXTS - 1),
  version: fc.constantFrom<1 | 2>(1, 2),
  /** What becomes of its block, if it has one. */
  block: fc.constantFrom('comes', 'comes', 'comes', 'never', 'expired'),
  /** How often it is published and read again. */
  again: fc.constantFrom(0, 0, 0, 1, 2, 3),
  /** Whether it is decided again each time, as after its record expired. */
  anew: fc.constantFrom(false, false, true),
  /** What becomes of the block when the plan is published again. */
  blockAgain: fc.constantFrom('same', 'same', 'comes', 'never'),
  /** Whether its decision comes, once it was declared missing. */
  comesLater: fc.boolean(),
}); // prettier-ignore
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Thousandths of the recording; above 1000 intervals after its last cycle. */
const place = fc.oneof(weighted(6, fc.nat(1000)), weighted(1, fc.integer({ min: 1001, max: 1030 })));
const event = fc.oneof(
  weighted(8, fc.record({ what: fc.constant('plan' as const), at: place, plan })),
  weighted(2, fc.record({ what: fc.constantFrom('gap' as const, 'resumed' as const, 'resumed' as const, 'header' as const, 'later_kind' as const, 'no_proposal' as const), at: place })),
); // prettier-ignore

/** Prices of the symbols at a row, as factors of the row before; undefined is a hole. */
const priceRow = fc.record({
  distance: fc.oneof(weighted(20, fc.constant(1)), weighted(1, fc.constantFrom(2, 3, 4, 9))),
  factors: fc.array(fc.option(fc.oneof(uniform(0.95, 1.05), fc.constantFrom(1, 2, 0.5)), { nil: undefined, freq: 9 }), {
    minLength: 4,
    maxLength: 4,
  }),
});
const prices = fc.record({
  rows: fc.array(priceRow, { minLength: 1, maxLength: 25 }),
  firsts: fc.array(priceUsd, { minLength: 4, maxLength: 4 }),
  stepShare: fc.constantFrom(0.25, 0.25, 0.5, 1, 2.5),
  /** Rows from the recording's beginning to the first, and from its end to the last. */
  from: fc.integer({ min: -3, max: 5 }),
  until: fc.integer({ min: -3, max: 12 }),
  columns: fc.integer({ min: 1, max: 5 }),
  /** A row a second after a cycle is the first that its proposals are in force at. */
  offsetSec: fc.constantFrom(0, 1, 1, 0.5),
  between: fc.constantFrom('\n', '\n', '\r\n', '\n\n'),
});

const damage = fc.oneof(
  weighted(12, fc.constant({ kind: 'none' as const })),
  weighted(3, fc.record({ kind: fc.constant('writes' as const), at: fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }) })),
  weighted(3, fc.record({ kind: fc.constant('bytes' as const), at: fc.array(fc.nat(1e6), { minLength: 1, maxLength: 4 }), mask: fc.integer({ min: 1, max: 255 }) })),
  weighted(1, fc.record({ kind: fc.constant('cut' as const), bytes: fc.nat(4000) })),
); // prettier-ignore

const WITH_INTERVAL = ['pnl.base_bps_per_day', 'pnl.proposed_bps_per_day', 'pnl.advantage_bps_per_day', 'pnl.advantage_before_costs_bps_per_day']; // prettier-ignore
const FIGURES_WITH_LIMITS = [
  ...WITH_INTERVAL,
  'recording.covered_hours', 'recording.coverage', 'recording.gaps', 'recording.unanswered', 'replay.different', 'replay.unknown_policy',
  'reasons.not_ok_share', 'multiplier.mean', 'turnover.ratio', 'steps.largest_share', 'sums.ratio_max', 'plans.permitted_share',
  'hints.taken_off_share', 'pnl.coverage', 'pnl.base_usd',
  'pnl.price_holes_share', 'freshness.base_age_p95_sec',
]; // prettier-ignore
/** No round numbers: a figure that is one up to the last bit is on the same side of them in every language. */
const limit = fc.constantFrom(-10.003, 0.0003, 0.0503, 0.2003, 0.5003, 0.9503, 1.0003, 1.1003, 100.03, 10_003);
const thresholdLine = fc
  .record(
    {
      min: limit,
      max: limit,
      minN: fc.constantFrom(1, 10, 30, 100),
      minHours: fc.constantFrom(0, 0.1, 5),
      optional: fc.boolean(),
    },
    { requiredKeys: ['minN', 'optional'] },
  )
  .filter(({ min, max }) => min !== undefined || max !== undefined);
const linesOver = (ids: readonly string[], minKeys: number) =>
  fc.dictionary(fc.constantFrom(...ids), thresholdLine, { minKeys, maxKeys: 5, size: 'max' });
const thresholds = fc.oneof(
  weighted(3, fc.record({ minHours: fc.constantFrom(0, 0, 0.2, 24), lines: linesOver(FIGURES_WITH_LIMITS, 0) })),
  weighted(2, fc.record({ minHours: fc.constant(0), lines: linesOver(WITH_INTERVAL, 1) })),
) as fc.Arbitrary<Thresholds>;

const drawn = fc.record({
  policy: fc.nat(POLICIES.length - 1),
  /** Every second distance of cycles, times as long. */
  rhythm: mostly<number>(1, fc.constantFrom(2, 3)),
  startSec: fc.integer({ min: 1_700_000_000, max: 1_700_100_000 }),
  intervalSec: fc.constantFrom(0.25, 1, 5, 60, 60, 60, 300),
  bases: fc.array(usd(1e6), { minLength: 1, maxLength: 4 }),
  sides: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
  hasSides: fc.boolean(),
  cycles: fc.oneof(weighted(1, fc.array(cycle, { maxLength: 6 })), weighted(3, fc.array(cycle, { minLength: 10, maxLength: 45, size: 'max' }))),
  events: fc.array(event, { maxLength: 25, size: 'max' }),
  policyLinesAt: mostly<number>(0, fc.nat(1000)),
  lateMultiplier: multiplier,
  writeLines: fc.constantFrom(1, 4, 20, 1000),
  blockBytes: fc.constantFrom(150, 700, 5000, 0xff00),
  damage,
  cuts: fc.array(fc.nat(1e6), { maxLength: 3 }),
  prices: fc.option(prices, { nil: undefined, freq: 3 }),
  options: fc.record({
    priceDelay: fc.constantFrom(0, 60, 0.5),
    costBps: fc.constantFrom(0, 10, 33.3),
    block: fc.constantFrom(undefined, undefined, 1, 1, 1, 2, 1000),
    seed: fc.constantFrom(1, 1, 4_294_967_295, 12_345),
    timeScale: fc.constantFrom(1, 1, 60),
    interval: fc.constantFrom(undefined, undefined, undefined, 0.1, 60, 400),
  }),
  thresholds: fc.option(thresholds, { nil: undefined, freq: 4 }),
}); // prettier-ignore
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

/** A line with what its output counts as; `json` is a line that no type has. */
interface Marked {
  json: object;
  altered?: boolean;
  /** The id of a plan that asks for a permit. */
  asks?: string;
  /** Hashes that must be explained, for the output to be decided again. */
  needs?: readonly string[];
}

const entryFields = (fields: Readonly<Record<string, string>>): string[] => Object.entries(fields).flat();

/** The proposals of all cycles. */
function* proposalsOf(
  { bases, sides, hasSides, cycles, startSec, intervalSec, policy, rhythm }: Drawn,
  header: RecordedParameters,
) {
  const symbols = bases.map((baseUsd, at) => ({
    symbol: `S${at}`,
    firstUsd: baseUsd,
    baseUsd,
    side: sides[at] ?? 0,
    reading: { state: 'read', score: 0.7, confidence: 1, ageSec: 5.5 },
    smoothed: undefined as RecordedProposal['smoothingFrom'],
  }));
  let exactSec = startSec;
  let sequence = 0;
  for (const [c, { distance, moves, budgetScale }] of cycles.entries()) {
    if (c > 0) exactSec += distance * (c % 2 === 0 ? rhythm : 1) * intervalSec;
    const tsEpochSec = Math.floor(exactSec);
    const lines: Marked[] = [];
    for (const [at, state] of symbols.entries()) {
      const { isThere, base, restored, reading: next, side, baseAgeSec, hash, altered } = moves[at]!;
      if (next) state.reading = next;
      if (side !== undefined) state.side = side;
      state.baseUsd = restored ? state.firstUsd : state.baseUsd * base;
      if (!isThere) continue;
      const { state: read, score: effScore, confidence, ageSec } = state.reading;
      const isOld = hash === 'none';
      const parameters = hash === 'other' ? { ...header.proposer, scale: 0.5 } : header.proposer;
      const hashText = { header: header.hashes.proposal, none: '', other: OTHER_HASH.proposal, unknown: UNKNOWN_HASH }[
        hash
      ];
      const recorded: RecordedProposal = {
        tsEpochSec,
        symbol: state.symbol,
        baseTargetUsd: state.baseUsd,
        proposedTargetUsd: 0,
        multiplier: 0,
        effScore: read === 'no_score' ? undefined : effScore,
        effConfidence: confidence,
        effTsText: read === 'missing' || read === 'redis_error' ? '' : String(tsEpochSec - ageSec),
        baseTsText: baseAgeSec === undefined ? '' : String(tsEpochSec - baseAgeSec),
        reason: read === 'missing' ? 'missing_eff' : read === 'redis_error' ? 'redis_error' : 'ok',
        policy: hashText,
        budgetScale: isOld ? 1 : budgetScale,
        smoothingFrom: isOld ? undefined : state.smoothed,
      };
      const proposal = replayProposal(recorded, parameters, recorded.smoothingFrom);
      if (!proposal) continue;
      state.smoothed = { multiplier: proposal.smoothedMultiplier, tsSec: tsEpochSec };
      const entry = proposalStreamEntry(proposal);
      if (altered) entry[7] = String(proposal.proposedTargetUsd * 1.001 + 1);
      const line: RecordingLine = {
        kind: 'proposal',
        id: `${Math.floor(exactSec * 1000)}-${sequence++}`,
        fields: isOld ? entry.slice(0, 24) : [...entry, ...(policy === 1 ? ['of_a_later_version', '1'] : [])],
        ...(hasSides && SIDES[state.side] !== undefined && { side: SIDES[state.side] as PositionSide }),
      };
      lines.push({ json: line, altered, needs: isOld ? [] : [hashText] });
    }
    yield { exactSec, lines };
  }
}

/** The record of a plan, as the governor decides it, or as something else left it. */
function recordOf(
  plan: Plan,
  id: string,
  nowSec: number,
  header: RecordedParameters,
): { record: DecisionRecord; needs: string[] } {
  const limitsHash =
    plan.limits === 'none'
      ? undefined
      : { ...OTHER_HASH, other: OTHER_HASH.limits, unknown: UNKNOWN_HASH }[plan.limits];
  const settings = plan.limits === 'other' ? header.settingsOf(OTHER_LIMITS)! : header.governor;
  const hint = plan.hint === 'other' ? { ...header.governor.hint, downsizeThreshold: 0.9 } : header.governor.hint;
  const recorded: DecisionRecord = {
    v: plan.version, plan_id: id, symbol: 'S0', entry_id: `${Math.floor(nowSec * 1000)}-0`, decided_at: nowSec, outcome: 'permit', reason: '',
    ...(limitsHash !== undefined && { limits: limitsHash }),
    gates: [],
    inputs: {
      action: 'OPEN', closing: false, qty: plan.qty, price_usd: plan.price, kill_score: 0.1, submitted_at: nowSec - 1, plan_ts: nowSec - 2,
      server_time: nowSec, notional_usd: plan.qty * plan.price, kill_switch: false, disarmed: false, budget_enforce: false, budget_ts: null,
      violation_ts: null, allocation_enforce: false, allocation_ts: null, allocation_target_usd: null, position_amt: 0, mark_price_usd: null,
      position_ts: null, last_exec: null, exec_count_hour: 0, exec_count_5min: 0, day_notional_usd: 0, eff_score: plan.score,
      eff_confidence: plan.confidence, eff_ts: String(nowSec - 10), eff_reason: 'ok', ...plan.inputs,
    },
  }; // prettier-ignore
  const { applyMode } = header.governor;
  const again = replayDecision(recorded, { limits: settings.limits, modes: settings.modes, applyMode, hint });
  const record = again.kind === 'decided' ? again.record : recorded;
  const needs = limitsHash === undefined ? [] : [limitsHash];
  if (record.permit && plan.hint !== 'none') {
    record.permit.policy = { header: header.hashes.hint, other: OTHER_HASH.hint, unknown: UNKNOWN_HASH }[plan.hint];
    needs.push(record.permit.policy);
  }
  if (plan.kind !== 'dead_letter' && plan.kind !== 'foreign') return { record, needs };
  delete record.permit;
  delete record.block;
  const reason = plan.kind === 'foreign' ? '' : 'max_deliveries';
  return { record: { ...record, v: 1, outcome: plan.kind, reason }, needs };
}

const OTHER_LIMITS = { GOV_MAX_EXEC_PER_5MIN: 2, GOV_GATE_BURST_RATE: 'enforce' };

/** Texts that are no readable record, by a record that is one. */
const UNREADABLE: readonly ((record: DecisionRecord) => string)[] = [
  () => 'no JSON',
  () => '[]',
  () => '{"v":1,"score":NaN}',
  (record) => JSON.stringify({ ...record, v: 2 }), // in the form of version 1
  (record) => JSON.stringify({ ...record, v: 3 }),
  (record) => recordJson({ ...record, v: 2 }).replace('"server":', '"server_time":'),
  (record) => JSON.stringify({ ...record, outcome: 'postponed' }),
  (record) => JSON.stringify({ ...record, decided_at: String(record.decided_at) }),
  (record) => JSON.stringify({ ...record, inputs: { ...record.inputs, nested: {} } }),
  (record) => JSON.stringify({ ...record, block: [] }),
  (record) => JSON.stringify({ ...record, permit: { computed_notional: -1 } }),
  (record) => JSON.stringify(record).slice(0, 100),
];

const alteredText = (record: DecisionRecord, alteration: Plan['alteration']): string => {
  if (alteration === 'text') return `${recordJson(record)} `;
  if (alteration === 'factor' && record.permit) {
    return recordJson({ ...record, permit: { ...record.permit, eff_factor: '0.1234', eff_action: 'DOWNSIZE' } });
  }
  return recordJson(record);
};

/** Fields that make a plan one that asks for a permit nevertheless, or none. */
const ODD_PLANS: readonly { fields: Readonly<Record<string, string>>; asks: boolean }[] = [
  { fields: { plan_id: 'p33:of-another-service' }, asks: false },
  { fields: { plan_id: 'two words' }, asks: false },
  { fields: { symbol: ' S0' }, asks: false },
  { fields: { symbol: 'S 0' }, asks: true },
  { fields: { qty: '-1' }, asks: false },
  { fields: { price: 'nan' }, asks: false },
  { fields: { action: 'PARTIAL_50', qty: '-1' }, asks: true },
  { fields: { action: 'UPDATE_SL', price: 'nan' }, asks: true },
  { fields: { qty: '0x10', reduce_only: 'True' }, asks: true },
  { fields: { qty: ' ', price: '' }, asks: true },
];

/**
 * The lines of a plan in the order in which a recorder writes them, each time that it is published: every `againSec`.
 */
function planLines(plan: Plan, id: string, nowSec: number, againSec: number, header: RecordedParameters): Marked[][] {
  const usual = { plan_id: id, symbol: 'S0', action: 'OPEN', decision: 'EXECUTE', side: 'BUY', qty: String(plan.qty), price: String(plan.price) }; // prettier-ignore
  const odd = ODD_PLANS[plan.unreadable % ODD_PLANS.length]!;
  const changed = { skipped: { decision: 'SKIP' }, odd: odd.fields }[plan.kind as string];
  const asks = plan.kind === 'odd' ? odd.asks : plan.kind !== 'skipped';
  const published: Marked = {
    json: { kind: 'plan', fields: entryFields({ ...usual, ...changed }) },
    ...(asks && { asks: id }),
  };
  const awaited = (kind: 'unanswered' | 'expired', what: 'decision' | 'block'): Marked => ({
    json: { kind, plan_id: id, what },
  });
  const isReadable = plan.kind !== 'unreadable';
  const decisionAndBlock = (atSec: number, blockComes: string): Marked[] => {
    const { record, needs } = recordOf(plan, id, atSec, header);
    const json =
      plan.kind === 'unreadable' ? UNREADABLE[plan.unreadable]!(record) : alteredText(record, plan.alteration);
    const isDecision = !['unreadable', 'dead_letter', 'foreign'].includes(plan.kind);
    const altered = isDecision && json !== recordJson(record);
    const decision: Marked = { json: { kind: 'decision', plan_id: id, json }, altered, needs };
    const blockJson = JSON.stringify(record.block) + (plan.alteration === 'block' ? ' ' : '');
    const block: Marked = {
      json: { kind: 'block', plan_id: id, json: blockJson },
      altered: plan.alteration === 'block',
    };
    if (!isReadable || !record.block) return [decision];
    return [
      decision,
      blockComes === 'comes' ? block : awaited(blockComes === 'expired' ? 'expired' : 'unanswered', 'block'),
    ];
  };
  const decided = [published, ...decisionAndBlock(nowSec, plan.block)];
  const later = plan.blockAgain === 'same' ? plan.block : plan.blockAgain;
  const again = Array.from({ length: plan.again }, (_, i) => [
    published, ...decisionAndBlock(plan.anew ? nowSec + (i + 1) * againSec : nowSec, later),
  ]); // prettier-ignore
  if (plan.kind === 'skipped' || plan.kind === 'odd') return [[published]];
  if (plan.kind !== 'unanswered' && plan.kind !== 'expired') return [decided, ...again];
  const missing = [published, awaited(plan.kind, 'decision')];
  return plan.comesLater ? [missing, decided, ...again] : [missing, ...again.map(() => missing)];
}

function linesOf(all: Drawn, header: RecordedParameters): Marked[] {
  const cycles = [...proposalsOf(all, header)];
  const { events, startSec, intervalSec } = all;
  const [firstSec, lastSec] = [startSec, cycles.at(-1)?.exactSec ?? startSec];
  const timed: { atSec: number; lines: Marked[] }[] = cycles.map(({ exactSec, lines }) => ({ atSec: exactSec, lines }));
  const timeOf = (at: number): number =>
    firstSec + (at / 1000) * (lastSec - firstSec) + (at > 1000 ? (at - 1000) * intervalSec : 0.3);
  for (const [number, { at, ...one }] of events.entries()) {
    const atSec = timeOf(at);
    if (one.what === 'plan') {
      for (const [again, lines] of planLines(one.plan, `plan-${number}`, atSec, 3 * intervalSec, header).entries()) {
        const againSec = atSec + again * 3 * intervalSec;
        const id = `${Math.floor(againSec * 1000)}-0`;
        timed.push({
          atSec: againSec,
          lines: lines.map((line) => ('fields' in line.json ? { ...line, json: { ...line.json, id } } : line)),
        });
      }
      continue;
    }
    const json = {
      gap: { kind: 'gap', stream: 'plans', after: '1-0', before: '2-0' },
      resumed: { kind: 'resumed', at: atSec },
      header: { kind: 'header', v: 3 },
      later_kind: { kind: 'of_a_later_version', plan_id: 'p' },
      no_proposal: { kind: 'proposal', id: '1-0', fields: ['ts_epoch', '1', 'symbol', 'S0'] },
    }[one.what];
    timed.push({ atSec, lines: [{ json }] });
  }
  const parametersOf = (names: readonly string[], values: Readonly<Record<string, number | string | boolean>>) =>
    Object.fromEntries(names.map((name) => [name, values[name]]));
  const { proposer: p, governor: { hint: h } } = header; // prettier-ignore
  const explained: Marked[] = [
    { kind: 'policy', hash: OTHER_HASH.proposal, step: 'proposal', parameters: parametersOf(
      ['P31_BASE', 'P31_BUDGET', 'P31_MAX_FUTURE_SEC', 'P31_MAX_MULT', 'P31_MIN_CONF', 'P31_MIN_MULT', 'P31_SCALE', 'P31_SMOOTHING_HALFLIFE_SEC', 'P31_STALE_SEC'],
      { P31_BASE: p.base, P31_BUDGET: 'off', P31_MAX_FUTURE_SEC: p.maxFutureSec, P31_MAX_MULT: p.maxMultiplier, P31_MIN_CONF: p.minConfidence,
        P31_MIN_MULT: p.minMultiplier, P31_SCALE: 0.5, P31_SMOOTHING_HALFLIFE_SEC: p.smoothingHalflifeSec, P31_STALE_SEC: p.maxAgeSec }) },
    { kind: 'policy', hash: OTHER_HASH.hint, step: 'hint', parameters: {
      P31_DOWNSIZE_THRESHOLD: 0.9, P31_EFF_TTL_SEC: h.maxAgeSec, P31_HINT_CLOSES: h.hintCloses, P31_MAX_EXTRA_COOLDOWN_SEC: h.maxExtraCooldownSec,
      P31_MAX_FUTURE_SEC: h.maxFutureSec, P31_MIN_CONF: h.minConfidence, P31_MIN_FACTOR: h.minFactor } },
    { kind: 'policy', hash: OTHER_HASH.limits, step: 'limits', parameters: OTHER_LIMITS },
    { kind: 'policy', hash: OTHER_HASH.later, step: 'limits', parameters: { ...OTHER_LIMITS, GOV_OF_A_LATER_VERSION: 1 } },
  ].map((json) => ({ json })); // prettier-ignore
  timed.push({ atSec: all.policyLinesAt === 0 ? 0 : timeOf(all.policyLinesAt), lines: explained });
  return timed.sort((a, b) => a.atSec - b.atSec).flatMap(({ lines }) => lines);
}

/** Lines in writes, a write in blocks. */
function packed(lines: readonly Marked[], writeLines: number, blockBytes: number) {
  const writes: { lines: readonly Marked[]; blocks: Buffer[] }[] = [];
  for (let from = 0; from < lines.length; from += writeLines) {
    const own = lines.slice(from, from + writeLines);
    const text = Buffer.from(own.map(({ json }) => `${JSON.stringify(json)}\n`).join(''));
    const blocks = [];
    for (let at = 0; at < text.length; at += blockBytes) blocks.push(packBlock(text.subarray(at, at + blockBytes)));
    writes.push({ lines: own, blocks });
  }
  return writes;
}

function countsOf(lines: readonly Marked[], damagedPlaces: number, header: RecordedParameters): Truth {
  const known = new Set<string>([header.hashes.proposal, header.hashes.hint]);
  const awaitedBlocks = new Set<string>();
  const decided = new Map<string, string>();
  const plans = new Set<string>();
  const counts = { proposals: 0, gaps: damagedPlaces, plans: 0, records: 0, unreadable: 0, permits: 0 };
  let different = 0;
  for (const { json, altered = false, asks, needs = [] } of lines) {
    const line = json as RecordingLine;
    const isDifferent = altered && needs.every((hash) => known.has(hash));
    if (line.kind === 'policy' && line.hash !== OTHER_HASH.later) known.add(line.hash);
    else if (line.kind === 'gap') counts.gaps += 1;
    else if (asks !== undefined) plans.add(asks);
    else if (line.kind === 'proposal' && line.fields.length > 4) {
      counts.proposals += 1;
      if (isDifferent) different += 1;
    } else if (line.kind === 'decision') {
      const isUnreadable = UNREADABLE_TEXT.test(line.json) || !line.json.trimEnd().endsWith('}');
      const decidedAt = (isUnreadable ? undefined : /"decided_at":([\d.]+)/.exec(line.json)?.[1]) ?? '';
      if (decided.get(line.plan_id) === decidedAt) continue;
      decided.set(line.plan_id, decidedAt);
      awaitedBlocks.delete(line.plan_id);
      counts.records += 1;
      counts.unreadable += isUnreadable ? 1 : 0;
      if (isUnreadable) continue;
      counts.permits += line.json.includes('"permit":{') ? 1 : 0;
      if (line.json.includes('"block":{')) awaitedBlocks.add(line.plan_id);
      if (isDifferent) different += 1;
    } else if (line.kind === 'block' && awaitedBlocks.delete(line.plan_id) && altered) different += 1;
    else if (line.kind === 'expired') awaitedBlocks.delete(line.plan_id);
  }
  return { different, counts: { ...counts, plans: plans.size } };
}

/** What is wrong with the texts of `UNREADABLE`. */
const UNREADABLE_TEXT =
  /^no JSON|^\[|NaN|"v":3|"v":2.*"(gates|server_time)":|postponed|"decided_at":"|"nested"|"block":\[|"computed_notional":-1/;

function csvOf(all: Drawn, lastSec: number): string | undefined {
  const { prices: table, startSec, intervalSec, options } = all;
  if (!table) return undefined;
  const stepSec = Math.max(1, table.stepShare * intervalSec);
  const symbols = ['S0', 'S1', 'S2', 'S3', 'OTHER'].slice(0, table.columns);
  const latest = [...table.firsts, 1];
  const rows: string[] = [];
  // Enough for an interval, and no more: 2000 resamples of every row are what takes time.
  const most = options.block === undefined || options.block > 2 ? 260 : 45 * options.block;
  let tsSec = startSec + table.offsetSec - options.priceDelay + table.from * stepSec;
  for (let i = 0; i < most && tsSec <= lastSec - options.priceDelay + table.until * stepSec; i += 1) {
    const { distance, factors } = table.rows[i % table.rows.length]!;
    const texts = symbols.map((_, at) => {
      const factor = [...factors, 1][at];
      latest[at] = latest[at]! * (factor ?? 1.001);
      return factor === undefined ? '' : latest[at].toPrecision(9);
    });
    rows.push([tsSec, ...texts].join(','));
    tsSec += distance * stepSec;
  }
  return [['ts_epoch', ...symbols].join(','), ...rows].join(table.between);
}

function built(all: Drawn): GeneratedRecording {
  const [texts, policy] = POLICIES[all.policy]!;
  const { damage: harm, startSec, writeLines, blockBytes } = all;
  const isHarmedInPart = harm.kind === 'bytes' || harm.kind === 'cut';
  const given = isHarmedInPart ? { ...all, cycles: all.cycles.map((one) => ({ ...one, moves: one.moves.map((each) => ({ ...each, altered: false })) })), events: all.events.map((one) => (one.what === 'plan' ? { ...one, plan: { ...one.plan, alteration: '' as const } } : one)) } : all; // prettier-ignore
  const lines = linesOf(given, policy);
  const header = { kind: 'header', v: 3, started_at: startSec, streams: { proposals: 'a', plans: 'b' }, policy: texts };
  const headerBlock = packBlock(Buffer.from(`${JSON.stringify(header)}\n`));
  const writes = packed(lines, writeLines, blockBytes);
  const lost = new Set(harm.kind === 'writes' ? harm.at.filter((at) => at < writes.length) : []);
  const places = [...lost].filter((at) => !lost.has(at + 1)).length;
  for (const at of lost) for (const block of writes[at]!.blocks) block[block.length - 8]! ^= 0xff; // its checksum
  let file = Buffer.concat([headerBlock, ...writes.flatMap(({ blocks }) => blocks)]);
  const behindHeader = file.length - headerBlock.length;
  if (harm.kind === 'bytes' && behindHeader > 0) {
    for (const at of harm.at) file[headerBlock.length + (at % behindHeader)]! ^= harm.mask;
  }
  if (harm.kind === 'cut') file = file.subarray(0, file.length - Math.min(harm.bytes, behindHeader));
  const bounds = [0, ...all.cuts.map((cut) => cut % file.length).sort((a, b) => a - b), file.length];
  const parts = bounds.slice(1).map((to, i) => file.subarray(bounds[i], to));
  const times = lines.map(({ json }) => json as RecordingLine).flatMap((line) => (line.kind === 'proposal' && line.fields.length > 4 ? [Number(line.fields[1])] : [])); // prettier-ignore
  const lastSec = times.at(-1) ?? startSec;
  const truth = countsOf(writes.filter((_, at) => !lost.has(at)).flatMap((write) => write.lines), places, policy); // prettier-ignore
  return {
    parts,
    prices: csvOf(all, lastSec),
    options: all.options,
    thresholds: all.thresholds,
    truth: isHarmedInPart ? { different: 0, counts: undefined } : truth,
  };
}

/**
 * Recordings with holes in time and in prices, plans that are published several times, restarts of the recorder,
 * changes of reasons, short positions, bases that leave and come back, altered outputs, damaged places, and files in
 * parts.
 */
export const generatedRecording: fc.Arbitrary<GeneratedRecording> = drawn.map(built);
