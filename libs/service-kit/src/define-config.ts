import type { Variable } from './variable.js';

/** Variables by their names in the environment. */
export type Variables = Readonly<Record<string, Variable>>;

/** The typed configuration that a set of variables gives: one property a variable, named by its declaration. */
export type ConfigOf<D extends Variables> = {
  readonly [K in keyof D as D[K]['property']]: D[K] extends Variable<string, infer T> ? T : never;
};

/** A rule between several variables. It is asked only when each of them is usable by itself. */
export interface CrossCheck<D extends Variables> {
  readonly variables: readonly (keyof D & string)[];
  readonly holds: (config: ConfigOf<D>) => boolean;
  /** What must be, as shown when it is not: `P31_MIN_MULT must not exceed P31_MAX_MULT`. */
  readonly requirement: string;
}

/** Everything that a service reads from its environment. */
export interface Definition<D extends Variables = Variables> {
  readonly variables: D;
  readonly crossChecks: readonly CrossCheck<D>[];
  /** Rules whose breach is logged as a warning: the service starts, but something is probably not meant so. */
  readonly warnings: readonly CrossCheck<D>[];
  /** Rules whose breach is logged as information: what follows from values that are allowed and usual. */
  readonly notes: readonly CrossCheck<D>[];
}

/** A service's configuration. */
export type Config<T extends { readonly variables: Variables }> = ConfigOf<T['variables']>;

/** Declares a service's configuration. Throws for a default that is invalid, or a property named twice. */
export function defineConfig<const D extends Variables>(
  variables: D,
  options: {
    crossChecks?: readonly CrossCheck<NoInfer<D>>[];
    warnings?: readonly CrossCheck<NoInfer<D>>[];
    notes?: readonly CrossCheck<NoInfer<D>>[];
  } = {},
): Definition<D> {
  const owners = new Map<string, string>();
  for (const [name, { property, schema, default: fallback }] of Object.entries(variables)) {
    const owner = owners.get(property);
    if (owner !== undefined) throw new Error(`${name} and ${owner} both name the property ${property}`);
    owners.set(property, name);
    if (fallback !== undefined && !schema.safeParse(fallback).success) {
      throw new Error(`${name}: its default '${fallback}' is not one of its own values`);
    }
  }
  const { crossChecks = [], warnings = [], notes = [] } = options;
  return { variables, crossChecks, warnings, notes };
}
