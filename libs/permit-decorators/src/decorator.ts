import type { Plan, Read } from '@quantum/redis-schemas';

/**
 * One hash read that a decorator asks for; it rides in the pipeline that the gates need anyway. Plans share a read where
 * `fields` is the very same list, so it is better a constant. A value is cut after 1,025 bytes: what is longer is no number.
 */
export interface HashRead {
  key: string;
  fields: readonly string[];
}

/** What the server answered to a `HashRead`: a value or null per field, or that the key could not be read. */
export type HashValues = Read<readonly (string | null)[]>;

/** All that a decorator may look at. */
export interface DecoratorContext {
  plan: Plan;
  /** Time of the decision, unix seconds. */
  nowSec: number;
  /** The answers to `reads(plan)`, in its order: read after the plan was published, within the last second. */
  values: readonly HashValues[];
}

/** What a decorator adds. */
export interface Annotation<Fields> {
  /** Fields of the permit. A decorator owns its field names; it cannot touch another's, nor grant or refuse. */
  fields: Fields;
  /** Its inputs at full precision, for the decision record, so that the annotation can be recomputed. */
  inputs: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Adds fields to permits: a declared set of reads and a pure function of their answers. A decorator advises; nothing it
 * does can block, delay or fail a permit. If `annotate` throws, the host adds `neutral` and counts the error.
 */
export interface PermitDecorator<Fields extends object> {
  /** Short code for logs and metrics. */
  name: string;
  reads: (plan: Plan) => readonly HashRead[];
  annotate: (context: DecoratorContext) => Annotation<Fields>;
  /** The fields when nothing can be said. */
  neutral: Fields;
}
