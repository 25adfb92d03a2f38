import { hashValues, KeyReads, type Redis } from '@quantum/redis-io';
import type { Permit, Plan } from '@quantum/redis-schemas';
import { annotateAll, decoratorReads, type Decorator } from '@quantum/decisions';

/** What will be added to the permit of a plan. */
export interface HintFields {
  fields: Partial<Permit>;
  /** The fields as the permit's text will have them: the inside of a JSON object. */
  text: string;
}

/** The issuing governor's own: its grant, and what its gates and its mode were. No decorator adds or changes those. */
const ISSUERS_FIELDS: ReadonlySet<string> = new Set<keyof Permit>([
  'granted', 'symbol', 'decision', 'computed_qty', 'computed_notional', 'created_at', 'consumed', 'would_block', 'mode',
]); // prettier-ignore

/**
 * Computes the hints of plans, in order: one round trip, however many plans, and no field longer than a number. A key
 * that cannot be read, for whatever cause, is for its decorator to say; a decorator that throws adds its neutral
 * fields, and `onError` is called.
 * @throws BatchError when Redis went away.
 */
export async function computeHints(
  redis: Redis,
  plans: readonly Plan[],
  nowSec: number,
  decorators: readonly Decorator[],
  onError: (error: Error) => void,
): Promise<HintFields[]> {
  const reads = new KeyReads();
  const asked = plans.map((plan) =>
    decorators.map((decorator) => {
      const declared = decoratorReads(decorator, plan);
      if (declared instanceof Error) return declared;
      return declared.map(({ key, fields }) => {
        const group = reads.hashes(fields);
        return { group, index: group.add(key) };
      });
    }),
  );
  await reads.run(redis, []);
  return plans.map((plan, i) => {
    const answers = (asked[i] ?? []).map((declared) =>
      declared instanceof Error ? declared : declared.map(({ group, index }) => hashValues(group.replies[index])),
    );
    return hintOf(annotateAll(decorators, { plan, nowSec }, answers, onError).map(({ fields }) => fields));
  });
}

function hintOf(added: readonly Partial<Permit>[]): HintFields {
  const named = added.flatMap(Object.entries).filter(([name]) => !ISSUERS_FIELDS.has(name));
  const fields = Object.fromEntries(named) as Partial<Permit>;
  return { fields, text: JSON.stringify(fields).slice(1, -1) };
}
