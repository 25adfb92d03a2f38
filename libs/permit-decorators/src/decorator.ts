import type { Plan, Read } from '@quantum/redis-schemas';

/**
 * One hash read of a decorator. It is part of the read that the gates need anyway. Plans share a read if `fields`
 * is the same list object, so a constant is best. A value is cut after 1,025 bytes: a longer one is not a number.
 */
export interface HashRead {
  key: string;
  fields: readonly string[];
}

/** The server's answer to a `HashRead`: a value or null per field, or that the key could not be read. */
export type HashValues = Read<readonly (string | null)[]>;

export interface DecoratorContext {
  plan: Plan;
  /** Time of the decision, unix seconds. */
  nowSec: number;
  /** The answers to `reads(plan)`, in its order, read after the plan was published and within the last second. */
  values: readonly HashValues[];
}

/** Recorded inputs of a decorator, by names of its own. */
export type DecoratorInputs = Readonly<Record<string, string | number | boolean | null>>;

/** The output of a decorator. */
export interface Annotation<Fields> {
  /** Fields of the permit. A decorator owns its field names. It cannot touch another's, nor grant or refuse. */
  fields: Fields;
  /** Its inputs at full precision, for the decision record, so that the annotation can be replayed. */
  inputs: DecoratorInputs;
}

/**
 * Adds fields to permits: a declared set of reads and a pure function of their answers. A decorator advises: it cannot
 * block, delay or fail a permit. If `annotate` throws, the host adds `neutral` and counts the error.
 */
export interface PermitDecorator<Fields extends object> {
  /** Short code for logs and metrics. */
  name: string;
  reads: (plan: Plan) => readonly HashRead[];
  annotate: (context: DecoratorContext) => Annotation<Fields>;
  /** The fields if nothing can be computed. */
  neutral: Fields;
}

/** A decorator whose fields a replay computes from its recorded inputs. */
export interface ReplayableDecorator<Fields extends object> extends PermitDecorator<Fields> {
  /** The fields that `annotate` gave; undefined if a record has none of its inputs, as those before it have not. */
  replay: (inputs: DecoratorInputs, context: { closing: boolean; nowSec: number }) => Fields | undefined;
}
