import * as z from 'zod';

const LineSchema = z
  .strictObject({
    max: z.number().optional().describe('greatest value that passes'),
    min: z.number().optional().describe('least value that passes'),
    minN: z.number().nonnegative().default(1).describe('smaller samples say nothing'),
    minHours: z
      .number()
      .nonnegative()
      .optional()
      .describe('fewer covered hours say nothing; default: that of the file'),
    optional: z.boolean().default(false).describe('left out where the figure was not measured (no prices)'),
  })
  .refine(({ max, min }) => max !== undefined || min !== undefined, 'a line needs a min or a max');

/** What a recording must show: a limit for figures, by their ids. */
export const ThresholdsSchema = z.strictObject({
  minHours: z.number().nonnegative().describe('fewer covered hours say nothing'),
  lines: z.record(z.string(), LineSchema),
});
export type Thresholds = z.infer<typeof ThresholdsSchema>;
type Limit = z.input<typeof LineSchema>;

/** A limit as JSON has it: `>= 0.7, <= 1.1`; `limitIn` is for people. */
export const limitText = ({ min, max }: Limit): string =>
  [min !== undefined && `>= ${min}`, max !== undefined && `<= ${max}`].filter(Boolean).join(', ');

const MIN_HOURS = 24;
const PROPOSALS = 10_000;

/**
 * The limits that hold where no file says otherwise, by figure, each with its reason: the one list, docs/evidence.md
 * has it too.
 */
export const DEFAULT_LIMITS: Readonly<Record<string, { limit: Limit; because: string }>> = {
  'replay.different': {
    limit: { max: 0, minHours: 0 },
    because: 'an output that replay does not give again was not decided by the policy',
  },
  'replay.unknown_policy': {
    limit: { max: 0, minHours: 0 },
    because: 'an output whose parameters are unknown cannot be judged',
  },
  'recording.gaps': { limit: { max: 0, minHours: 0 }, because: 'what is missing may be what matters' },
  'recording.unreadable_records': {
    limit: { max: 0, minHours: 0 },
    because: 'a record that cannot be read cannot be judged',
  },
  'recording.unreadable_entries': {
    limit: { max: 0, minHours: 0 },
    because: 'a proposal or score that cannot be read is in no other figure',
  },
  'recording.unanswered': { limit: { max: 0, minHours: 0 }, because: 'what is missing may be what matters' },
  'recording.coverage': {
    limit: { min: 0.95 },
    because: 'time without proposals is no evidence; 5 % leave room for deployments',
  },
  'recording.longest_silence_sec': {
    limit: { max: 600 },
    because: 'a proposal expires after 600 s: a longer silence leaves nothing to follow',
  },
  'reasons.not_ok_share': {
    limit: { max: 0.2, minN: PROPOSALS },
    because: 'a score that rarely counts is not worth enforcing',
  },
  'reasons.longest_stretch_sec': {
    limit: { max: 1800, minN: PROPOSALS },
    because: 'half an hour without a score that counts, whatever the reasons, is an outage',
  },
  'freshness.eff_age_p95_sec': { limit: { max: 300, minN: PROPOSALS }, because: 'half of what counts as stale' },
  'freshness.base_age_p95_sec': {
    limit: { max: 300, minN: PROPOSALS },
    because: 'the lifetime of a base target: P2.9 writes it again before',
  },
  'freshness.base_age_max_sec': {
    limit: { max: 1800, minN: PROPOSALS },
    because: 'half an hour without P2.9 is an outage, and its targets are of another market',
  },
  'multiplier.mean': {
    limit: { min: 0.8, max: 1.2, minN: PROPOSALS },
    because: 'scores that lean to one side change the size of the book',
  },
  'turnover.added_books_per_hour': {
    limit: { max: 2, minN: PROPOSALS },
    because:
      'a desk that follows proposals pays for moves that the bases do not make; against the book, for bases may stand still',
  },
  'oscillation.proposed_per_symbol_hour': {
    limit: { max: 60, minN: PROPOSALS },
    because: 'one change of direction a minute',
  },
  'steps.largest_share': { limit: { max: 0.5, minN: PROPOSALS }, because: 'no single step of half a position' },
  'sums.ratio_min': { limit: { min: 0.7, minN: 1000 }, because: 'the sum of targets is a risk limit of others' },
  'sums.ratio_max': { limit: { max: 1.1, minN: 1000 }, because: 'the sum of targets is a risk limit of others' },
  'hints.taken_off_share': { limit: { max: 0.5, minN: 100 }, because: 'hints advise, they do not take over' },
  'pnl.coverage': {
    limit: { min: 0.95, optional: true },
    because: 'prices of a part of the time say nothing about the rest',
  },
  'pnl.price_holes_share': {
    limit: { max: 0.01, optional: true },
    because: 'a position cannot change its size in a hole: many holes hide what trading would have cost',
  },
  'pnl.advantage_bps_per_day': {
    limit: { min: -10, minN: 30, optional: true },
    because: 'not to be worse by more than ten basis points a day',
  },
};

/** `DEFAULT_LIMITS` as a file of thresholds has them. */
export const DEFAULT_THRESHOLDS: Thresholds = ThresholdsSchema.parse({
  minHours: MIN_HOURS,
  lines: Object.fromEntries(Object.entries(DEFAULT_LIMITS).map(([id, { limit }]) => [id, limit])),
});
