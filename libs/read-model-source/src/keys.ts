import { SKIP_REASONS } from '@quantum/metrics';
import { hashValues, KeyReads, type Command, type ReadGroup, type Redis, type Reply } from '@quantum/redis-io';
import {
  CYCLE_FIELDS,
  plansToRead,
  policiesToRead,
  rolloutPlansToRead,
  skippedField,
  type CycleReadings,
  type Model,
  type Values,
} from '@quantum/read-model';
import {
  decidedKey,
  GOVERNOR_LIMITS_KEY,
  LAST_CYCLE_KEY,
  MAX_RECORD_BYTES,
  MULTIPLIER_FIELDS,
  POLICY_PARAMETERS_KEY,
  POSITION_FIELDS,
  positionKey,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_STATE_KEY,
  rolloutMultiplierKey,
  rolloutPlanKey,
} from '@quantum/redis-schemas';

/**
 * Bytes that are read of a text of ours: state, desk and plan of a rollout, parameters. A longer one is read cut, as
 * unreadable.
 */
const MAX_TEXT_BYTES = 2 ** 20;
const SUMMARY_FIELDS = [...CYCLE_FIELDS, ...SKIP_REASONS.map(skippedField)];
const STATE_FIELDS = ['state', 'desk', 'memories', 'cycle', 'users'] as const;

type Read = (key: string) => () => Reply | undefined;

/** Reads of keys, each with a way to its reply. */
const reader =
  (group: ReadGroup): Read =>
  (key) => {
    const at = group.add(key);
    return () => group.replies[at];
  };

/** A text; null: absent; undefined: it cannot be read. */
const textOf = (reply: Reply | undefined): string | null | undefined =>
  reply?.ok ? (reply.value as string | null) : undefined;

/** The values of a hash; an absent one has none. */
function valuesOf(reply: Reply | undefined): Values {
  const values = hashValues(reply);
  return values.readable ? values.value : 'unreadable';
}

/** A part of the readings: asked for before the batch runs, and taken from its replies afterwards. */
type Asked = () => Partial<CycleReadings>;

/** The records of decisions, the summary of the last cycle, and texts that hashes name: read in every cycle. */
function askNews(reads: KeyReads, model: Model): Asked {
  const record = reader(reads.group('get', [], 'records', MAX_RECORD_BYTES));
  const records = plansToRead(model).map((planId) => [planId, record(decidedKey(planId))] as const);
  const summary = reader(reads.group('hmget', SUMMARY_FIELDS))(LAST_CYCLE_KEY);
  const policies = policiesToRead(model);
  const texts = reads.group('hmget', policies.map(({ hash }) => hash), 'policies', MAX_TEXT_BYTES); // prettier-ignore
  const [parameters, limits] = policies.length === 0 ? [] : [POLICY_PARAMETERS_KEY, GOVERNOR_LIMITS_KEY].map(reader(texts)); // prettier-ignore
  return () => {
    const values = valuesOf(summary());
    const cycle = values === 'unreadable' ? [] : SUMMARY_FIELDS.flatMap((name, i) => (values[i] == null ? [] : [[name, values[i]] as const])); // prettier-ignore
    const textAt = (isLimits: boolean, i: number): string | null => {
      const found = valuesOf(isLimits ? limits?.() : parameters?.());
      return found === 'unreadable' ? null : (found[i] ?? null);
    };
    return {
      // A record that is no string will not become one: an empty text is unreadable, and no longer awaited.
      records: new Map(records.map(([planId, reply]) => [planId, textOf(reply()) ?? (isRefused(reply()) ? '' : null)])),
      ...(cycle.length > 0 && { lastCycle: Object.fromEntries(cycle) }),
      policies: policies.map(({ hash, isLimits }, i) => ({ hash, isLimits, text: textAt(isLimits, i) })),
    };
  };
}

const isRefused = (reply: Reply | undefined): boolean => reply?.ok === false && reply.kind === 'key';
/** Redis, or the part of a Cluster that holds a key, does not serve it now: what was read before is shown on. */
const isAway = (reply: Reply | undefined): boolean => reply?.ok === false && reply.kind === 'transient';

/** Positions, multipliers and the rollout: read less often. */
function askSymbols(reads: KeyReads, model: Model): Asked {
  const { symbols, rollout } = model.snapshot;
  const position = reader(reads.hashes(POSITION_FIELDS));
  const multiplier = reader(reads.hashes(MULTIPLIER_FIELDS));
  // Without an epoch no multiplier counts: none is asked for.
  const hasRollout = rollout?.epoch != null;
  const rows = [...symbols.keys()].map((symbol) => ({
    symbol,
    position: position(positionKey(symbol)),
    multiplier: hasRollout ? multiplier(rolloutMultiplierKey(symbol)) : undefined,
  }));
  const epoch = reader(reads.group('get', [], 'epoch', MAX_TEXT_BYTES))(ROLLOUT_EPOCH_KEY);
  const state = reader(reads.group('hmget', STATE_FIELDS, 'state', MAX_TEXT_BYTES))(ROLLOUT_STATE_KEY);
  const planText = reader(reads.group('get', [], 'plans', MAX_TEXT_BYTES));
  const plans = rolloutPlansToRead(model).map((hash) => [hash, planText(rolloutPlanKey(hash))] as const);
  return () => {
    const values = valuesOf(state());
    const field = (at: number): string | null | undefined => (values === 'unreadable' ? undefined : (values[at] ?? null)); // prettier-ignore
    const texts = plans.flatMap(([hash, reply]) => {
      const text = textOf(reply());
      return typeof text === 'string' ? [[hash, text] as const] : [];
    });
    const answered = rows.filter((row) => !isAway(row.position()) && !isAway(row.multiplier?.()));
    return {
      symbols: answered.map((row) => ({
        symbol: row.symbol,
        position: valuesOf(row.position()),
        multiplier: row.multiplier ? valuesOf(row.multiplier()) : [],
      })),
      ...(!isAway(epoch()) &&
        !isAway(state()) && {
          rollout: { epoch: textOf(epoch()), state: field(0), desk: field(1), memories: field(2), cycle: field(3), users: field(4), plans: new Map(texts) }, // prettier-ignore
        }),
    };
  };
}

/** What one round trip has read. */
export interface KeyReadings {
  readonly parts: Partial<CycleReadings>;
  /** Replies to the other commands. */
  readonly replies: readonly Reply[];
}

/** Reads keys, and runs other commands first, in one round trip. @throws BatchError where Redis does not answer */
export async function readKeys(
  redis: Redis,
  model: Model,
  withSymbols: boolean,
  others: readonly Command[],
  scripts: Parameters<KeyReads['run']>[2],
): Promise<KeyReadings> {
  const reads = new KeyReads();
  const asked = [askNews(reads, model), ...(withSymbols ? [askSymbols(reads, model)] : [])];
  const replies = await reads.run(redis, others, scripts);
  return { parts: Object.assign({}, ...asked.map((take) => take())) as Partial<CycleReadings>, replies };
}
