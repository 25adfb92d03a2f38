import { describe, expect, it } from '@jest/globals';
import { PROPOSAL_PARAMETERS } from '@quantum/efficiency-policy';
import { policyJsonSchema } from './index.js';

describe('the schema', () => {
  it('has every parameter, with the range of its variable, and the limit of groups', () => {
    const { $defs, properties: sections } = policyJsonSchema() as {
      $defs: { parameters: { properties: Record<string, object> } };
      properties: object;
    };
    expect(sections).toMatchObject({ groups: { type: 'array', maxItems: 1000 } });
    const { properties } = $defs.parameters;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(PROPOSAL_PARAMETERS)));
    expect(properties).toMatchObject({
      P31_MIN_CONF: { type: 'number', minimum: 0, maximum: 1 },
      P31_DOWNSIZE_THRESHOLD: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      P31_SMOOTHING_HALFLIFE_SEC: { type: 'number', minimum: 0, maximum: 86_400 },
      P31_HINT_CLOSES: { type: 'boolean' },
    });
  });
});
