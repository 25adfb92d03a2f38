/**
 * A change as a team would write it: files that it makes, and text that it puts before a place of one that is there.
 */
export interface Extension {
  readonly made: Readonly<Record<string, string>>;
  readonly inserted: readonly (readonly [path: string, text: string, before: string])[];
}

const INT_TEST = 'apps/governor-plugin/src/reserve/gates.int.test.ts';
export const CHECKER = 'tools/consumers/check.py';
export const GATE_FILE = 'libs/risk-gates/src/gates/max-leverage.ts';
export const GATE_TEST = 'libs/risk-gates/src/gates/max-leverage.unit.test.ts';

/** A gate on a plan field that was not read before. */
const GATE = `import { defineGate, PASS, refuse } from '../gate.js';

/** Refuses opens with more leverage than the desk allows. Advisory: a plan that does not state its leverage passes. */
export const maxLeverage = defineGate({
  name: 'max_leverage',
  summary: 'the leverage of the plan is more than \`GOV_MAX_LEVERAGE\`',
  appliesTo: 'opens',
  defaultMode: 'shadow', // until its verdicts have been watched
  fields: { leverage: { field: 'leverage', holds: 'a factor, >= 0', absent: '\`max_leverage\` passes' } },
  limits: {
    maxLeverage: {
      variable: 'GOV_MAX_LEVERAGE',
      kind: 'number',
      default: 20,
      describe: 'Opening plans with more leverage are refused (max_leverage)',
      above: 0,
    },
  },
  evaluate: ({ leverage }, { maxLeverage: most }) =>
    typeof leverage === 'number' && leverage > most ? refuse({ leverage, max_leverage: most }) : PASS,
});
`;
const RULE_TEST = `import { expect, it } from '@jest/globals';
import { calm, limits } from '../calm.test-support.js';
import { maxLeverage } from './max-leverage.js';

it('max_leverage refuses more than its limit alone', () => {
  const verdict = (leverage: number | undefined | 'unreadable') =>
    maxLeverage.evaluate({ ...calm, leverage }, limits).refused;
  expect([20.1, 20, undefined, 'unreadable' as const].map(verdict)).toEqual([true, false, false, false]);
});
`;
const CASE = `  max_leverage: {
    env: { GOV_GATE_MAX_LEVERAGE: 'enforce' },
    plan: { extra: { leverage: 20.5 } },
    numbers: { leverage: 20.5, max_leverage: 20 },
  },
`;
const CHECK = `        leverage = plan_number(plan.get("leverage"))
        if leverage is not None and leverage > number(config["GOV_MAX_LEVERAGE"]):
            refused.append("max_leverage")
`;

/** What the generator of gates does not do. */
export const gate: Extension = {
  made: { [GATE_FILE]: GATE, [GATE_TEST]: RULE_TEST },
  inserted: [
    [INT_TEST, CASE, '};\nconst NAMES = '],
    [CHECKER, CHECK, '    return {\n        "closing": closing, "stop_update"'],
  ],
};

const DECORATOR = `import type { Permit } from '@quantum/redis-schemas';
import type { ReplayableDecorator } from './decorator.js';

/** Says on the permit which venue the plan asks for. */
export const venueNote: ReplayableDecorator<Pick<Permit, 'venue'>> = {
  name: 'venue',
  reads: () => [],
  annotate: ({ plan }) => {
    const venue = plan.fields['venue'] ?? '';
    return { fields: { venue }, inputs: { venue } };
  },
  replay: ({ venue }) => (typeof venue === 'string' ? { venue } : undefined),
  neutral: { venue: '' },
};
`;
const DECORATOR_TEST = `import { expect, it } from '@jest/globals';
import { venueNote } from './venue.js';

it('the venue of a record is what it was, and none before it was noted', () => {
  const context = { closing: false, nowSec: 1 };
  expect(venueNote.replay({ venue: 'XNAS' }, context)).toEqual({ venue: 'XNAS' });
  expect(venueNote.replay({}, context)).toBeUndefined();
});
`;
const LIST = 'libs/permit-decorators/src/decorators.ts';
const PERMIT = 'libs/redis-schemas/src/permit.ts';
const PROOF = 'apps/proof-runner/src/proofs/safety/permit-fields.ts';

/** A permit field of another team. */
export const decorator: Extension = {
  made: {
    'libs/permit-decorators/src/venue.ts': DECORATOR,
    'libs/permit-decorators/src/venue.unit.test.ts': DECORATOR_TEST,
  },
  inserted: [
    [LIST, "import { venueNote } from './venue.js';\n", '\n/**\n * The decorators beside'],
    [LIST, 'venueNote', '];\n\n/** Every'],
    [PROOF, "  'venue',\n", "  'policy',\n];"],
    [
      PERMIT,
      "  venue: z.string().optional().describe('venue of the plan; earlier permits have none'),\n",
      '});\nexport type Permit',
    ],
  ],
};

const VARIABLE = `  P31_DOWNSIZE_POWER: number({
    property: 'downsizePower',
    describe: 'How much faster than the score the factor falls; 1: as fast',
    default: '1',
    min: 1,
    max: 4,
  }),
`;
const PARAMETER_TEST = `
it('a power makes the factor fall faster', () => {
  expect(hintDownsize(scored(0.36), false, { ...parameters, downsizePower: 2 }).factor).toBeCloseTo(0.64);
  expect(hintDownsize(scored(0.36), false, parameters).factor).toBeCloseTo(0.8);
});
`;
const HINT = 'libs/efficiency-policy/src/hint.ts';
const PARAMETERS = 'libs/efficiency-policy/src/parameters.ts';

/** A parameter of hints. */
export const parameter: Extension = {
  made: {},
  inserted: [
    [HINT, "import { ADDED_PARAMETERS } from './parameters.js';\n", '\nexport interface DownsizeParameters'],
    [HINT, '  /** P31_DOWNSIZE_POWER. */\n  downsizePower?: number;\n', '  /** P31_HINT_CLOSES'],
    [
      HINT,
      '  const power = parameters.downsizePower ?? ADDED_PARAMETERS.P31_DOWNSIZE_POWER;\n',
      "  return {\n    action: 'DOWNSIZE'",
    ],
    [HINT, ' ** power', '),\n    extraCooldownSec'],
    [HINT, '(', 'score / parameters.downsizeThreshold'],
    [HINT, ')', ' ** power'],
    [PARAMETERS, "  P31_DOWNSIZE_POWER: 'downsizePower',\n", '} as const satisfies ParameterNames<HintParameters>'],
    [PARAMETERS, ' P31_DOWNSIZE_POWER: 1 ', '} as const satisfies ParameterValues'],
    ['libs/service-config/src/governor-variables.ts', VARIABLE, '  P31_HINT_CLOSES: '],
    ['libs/efficiency-policy/src/hint.unit.test.ts', PARAMETER_TEST, "\nit('for all parameters"],
  ],
};

/** What is asked of all of them: a plan that they have met is decided again to the byte. No team writes it. */
export const REPLAY_TEST = `import { expect, it } from '@jest/globals';
import { DECORATORS } from '@quantum/permit-decorators';
import { SOME_POLICY } from '@quantum/test-fixtures';
import { replayDecision } from './replay.js';
import { candidate, NOW_SEC, POLICY, WINDOWS } from './candidates.test-support.js';
import { decidePlan, preCheck } from './decide.js';
import { readRecord, recordJson } from './record-json.js';

it.each([['25', 'shadow'], ['25', 'enforce'], ['', 'enforce'], ['x', 'enforce']] as const)(
  'a plan of leverage "%s" with the gate in %s is decided again to the byte', (leverage, mode) => {
    const own = { ...POLICY, decorators: [...POLICY.decorators, ...DECORATORS], modes: { ...POLICY.modes, max_leverage: mode } };
    const of = { ...candidate({}, false, { leverage, venue: 'XNAS' }) };
    const decorated = { ...of, state: { ...of.state, decorations: [...of.state.decorations, []] } };
    const json = recordJson(decidePlan(decorated, NOW_SEC, preCheck(decorated, NOW_SEC, own), WINDOWS, own, () => undefined));
    expect(json).toContain(leverage === '25' ? (mode === 'shadow' ? '"shadow":["max_leverage"]' : '"max_leverage":20') : '"venue":"XNAS"');
    const replayed = replayDecision(readRecord(json)!, { ...SOME_POLICY.governor, modes: own.modes });
    expect(replayed.kind === 'decided' && recordJson(replayed.record)).toBe(json);
  },
);
`;
