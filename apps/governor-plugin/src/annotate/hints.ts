import type { HashValues, PermitDecorator } from '@quantum/permit-decorators';
import { hashValues, runBatch, type Command, type Redis } from '@quantum/redis-io';
import type { Permit, Plan } from '@quantum/redis-schemas';

type Decorator = PermitDecorator<Partial<Permit>>;

/** What will be added to the permit of a plan. */
export interface Hint {
  fields: Partial<Permit>;
  /** The fields as they will stand in the permit's text: the inside of a JSON object. */
  text: string;
}

/** The issuing governor's own: its grant, and what its gates and its mode were. No decorator adds or changes those. */
const ISSUERS_FIELDS: ReadonlySet<string> = new Set<keyof Permit>([
  'granted', 'symbol', 'decision', 'computed_qty', 'computed_notional', 'created_at', 'consumed', 'would_block', 'mode',
]); // prettier-ignore

/**
 * Computes the hints of plans, in order: one round trip, however many plans. A key that cannot be read, for whatever
 * cause, is for its decorator to say; a decorator that throws adds its neutral fields, and `onError` is told.
 * @throws BatchError when Redis went away.
 */
export async function computeHints(
  redis: Redis,
  plans: readonly Plan[],
  nowSec: number,
  decorators: readonly Decorator[],
  onError: (error: Error) => void,
): Promise<Hint[]> {
  const commands: Command[] = [];
  const asked = plans.map((plan) =>
    decorators.map((decorator) =>
      guarded(() => {
        const reads = decorator.reads(plan);
        return { from: commands.length, to: commands.push(...reads.map(({ key, fields }) => hmget(key, fields))) };
      }),
    ),
  );
  const replies = await runBatch(redis, commands);
  return plans.map((plan, i) => {
    const added = decorators.map((decorator, j): Partial<Permit> => {
      const places = asked[i]?.[j];
      const fields =
        places instanceof Error
          ? places
          : guarded(() => {
              const values = replies.slice(places?.from, places?.to).map((reply): HashValues => hashValues(reply));
              return decorator.annotate({ plan, nowSec, values }).fields;
            });
      if (!(fields instanceof Error)) return fields;
      onError(new Error(`decorator ${decorator.name} failed`, { cause: fields }));
      return decorator.neutral;
    });
    return hintOf(added);
  });
}

const hmget = (key: string, fields: readonly string[]): Command => ['hmget', key, ...fields];

function hintOf(added: readonly Partial<Permit>[]): Hint {
  const named = added.flatMap(Object.entries).filter(([name]) => !ISSUERS_FIELDS.has(name));
  const fields = Object.fromEntries(named) as Partial<Permit>;
  return { fields, text: JSON.stringify(fields).slice(1, -1) };
}

/** Runs a step of a decorator; what it throws is a value. */
function guarded<T>(step: () => T): T | Error {
  try {
    return step();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
