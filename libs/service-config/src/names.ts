import type { Variables } from '@quantum/service-kit';

/** Every name of these variables, former ones included. */
export const namesOf = (variables: Variables): string[] =>
  Object.entries(variables).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
