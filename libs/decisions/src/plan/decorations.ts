import type {
  Annotation,
  HashRead,
  HashValues,
  PermitDecorator,
  ReplayableDecorator,
} from '@quantum/permit-decorators';
import type { DecisionRecord, Permit, Plan } from '@quantum/redis-schemas';
import { isClosing } from './inputs/facts.js';

export type Decorator = PermitDecorator<Partial<Permit>>;

/** A decorator's reads of a plan; the error of one that throws, which costs its own fields alone. */
export function decoratorReads(decorator: Decorator, plan: Plan): readonly HashRead[] | Error {
  try {
    const reads = decorator.reads(plan);
    const isList: boolean = Array.isArray(reads);
    if (!isList) throw new TypeError('reads are a list');
    for (const { key, fields } of reads) {
      if (typeof key !== 'string' || !Array.isArray(fields))
        throw new TypeError('a read has a key and a list of fields');
    }
    return reads;
  } catch (error) {
    return asError(error);
  }
}

/**
 * Every decorator's annotation of a plan, in order, from the answers to its reads. One that throws, here or when it was
 * asked for its reads, contributes its neutral fields, and `onError` is called.
 */
export function annotateAll(
  decorators: readonly Decorator[],
  { plan, nowSec }: { plan: Plan; nowSec: number },
  answers: readonly (readonly HashValues[] | Error)[],
  onError: (error: Error) => void,
): Annotation<Partial<Permit>>[] {
  return decorators.map((decorator, i) => {
    try {
      const values = answers[i] ?? [];
      if (values instanceof Error) throw values;
      return decorator.annotate({ plan, nowSec, values });
    } catch (error) {
      onError(new Error(`decorator ${decorator.name} failed`, { cause: error }));
      return { fields: decorator.neutral, inputs: {} };
    }
  });
}

/**
 * What decorators added to a recorded permit, from its record, which has their inputs already. A decorator that the
 * record does not know added nothing. One that failed left its neutral fields and no inputs.
 */
export const replayDecorations = (
  decorators: readonly ReplayableDecorator<Partial<Permit>>[],
  { inputs, permit, decided_at: nowSec }: DecisionRecord,
): Annotation<Partial<Permit>>[] =>
  decorators.flatMap(({ replay, neutral }) => {
    const known = replay(inputs, { closing: isClosing(inputs), nowSec });
    const isNeutral = permit !== undefined && Object.keys(neutral).some((name) => name in permit);
    const fields = known ?? (isNeutral ? neutral : undefined);
    return fields ? [{ fields, inputs: {} }] : [];
  });

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
