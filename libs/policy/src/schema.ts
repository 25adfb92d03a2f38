import { HINT_PARAMETERS, PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import type { Variable } from '@quantum/service-kit';
import * as z from 'zod';

const declared: Readonly<Record<string, Variable>> = {
  ...proposerDefinition.variables,
  ...governorDefinition.variables,
};

/** The parameters of both steps, by name. Each must meet the rule of its variable. */
export const POLICY_VARIABLES: ReadonlyMap<string, Variable> = new Map(
  Object.keys({ ...PROPOSAL_PARAMETERS, ...HINT_PARAMETERS }).map((name) => [name, declared[name] as Variable]),
);

/** Limit of groups: a new symbol is compared with every pattern, and so is each symbol of the file. */
const MAX_GROUPS = 1000;
const NAME = /^[^{}\p{Cc}]{1,64}$/u;
const aName = 'must be 1 to 64 characters without braces and control characters';
const unlessUnknown = (message: string) => (issue: { code: string }) =>
  issue.code === 'unrecognized_keys' ? undefined : message;

const parameters = z
  .strictObject(
    Object.fromEntries(
      [...POLICY_VARIABLES].map(([name, { value, describe, allowed, unit }]) => [
        name,
        (value as z.ZodType<number | boolean>)
          .optional()
          .describe(`${describe}; ${allowed}${unit === undefined ? '' : `, ${unit}`}`),
      ]),
    ),
    { error: unlessUnknown('must be an object of parameters') },
  )
  .meta({ id: 'parameters', description: 'The parameters that the entry changes, by the names of their variables.' });

/** A policy file as JSON holds it. */
export const PolicyFileSchema = z
  .strictObject(
    {
      $schema: z.string({ error: 'must be a text' }).optional().describe('Where this schema is, for editors.'),
      version: z.literal(1, { error: 'must be 1' }).describe('Version of this format.'),
      defaults: parameters.default({}).describe('For every symbol.'),
      groups: z
        .array(
          z.strictObject(
            {
              pattern: z
                .string({ error: aName })
                .regex(NAME, { error: aName })
                .describe('A pattern of whole symbols: `*` is any run of characters, `?` is one.'),
              parameters,
            },
            { error: unlessUnknown('must be an object with pattern and parameters') },
          ),
          { error: 'must be a list of groups' },
        )
        .max(MAX_GROUPS, { error: `must be ${MAX_GROUPS} at most` })
        .default([])
        .describe(
          'For the symbols of a pattern: only the group with the most literal characters counts, of equals the first.',
        ),
      symbols: z
        .record(z.string().regex(NAME, { error: aName }), parameters, { error: 'must be an object of symbols' })
        .default({})
        .describe('For single symbols.'),
    },
    { error: unlessUnknown('must be an object') },
  )
  .meta({
    title: 'Policy by symbol',
    description:
      'A policy file (P31_POLICY_FILE): environment, then defaults, then one group, then the symbol, parameter by parameter. ' +
      'Generated from the declarations of the variables.',
  });

/** The published JSON Schema of a policy file. */
export const policyJsonSchema = (): object => z.toJSONSchema(PolicyFileSchema, { io: 'input' });
