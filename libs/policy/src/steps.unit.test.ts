import { describe, expect, it } from '@jest/globals';
import {
  ADDED_PARAMETERS,
  createPolicyBook,
  HINT_PARAMETERS,
  NO_POLICY_FILE,
  type PolicyFile,
} from '@quantum/efficiency-policy';
import { annotatorDefinition, governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig, type Variable } from '@quantum/service-kit';
import { hintParameters, hintStep, proposalParameters, proposalStep } from './index.js';

const governor = (env: Record<string, string> = {}) => loadConfig(governorDefinition, env).config;
const proposer = (env: Record<string, string> = {}) => loadConfig(proposerDefinition, env).config;

describe('the parameters', () => {
  it('are the contract’s by default', () => {
    expect(proposalParameters(proposer())).toMatchObject({
      minConfidence: 0.65,
      maxFutureSec: 60,
      maxAgeSec: 600,
      base: 1,
      scale: 1,
      minMultiplier: 0.5,
      maxMultiplier: 1.5,
      smoothingHalflifeSec: 0,
    });
    expect(hintParameters(governor())).toMatchObject({
      minConfidence: 0.65,
      maxFutureSec: 60,
      maxAgeSec: 600,
      downsizeThreshold: 0.45,
      minFactor: 0.25,
      maxExtraCooldownSec: 120,
      hintCloses: false,
    });
  });

  it('each come from the variable of their name', () => {
    const given = { P31_MIN_CONF: '0.1', P31_MAX_FUTURE_SEC: '2' };
    const hints = { P31_EFF_TTL_SEC: '3', P31_DOWNSIZE_THRESHOLD: '0.4', P31_MIN_FACTOR: '0.5', P31_MAX_EXTRA_COOLDOWN_SEC: '6', P31_HINT_CLOSES: 'true' }; // prettier-ignore
    const proposals = { P31_STALE_SEC: '3', P31_BASE: '4', P31_SCALE: '5', P31_MIN_MULT: '6', P31_MAX_MULT: '7', P31_SMOOTHING_HALFLIFE_SEC: '8' }; // prettier-ignore
    const texts = (step: { book?: { all: () => readonly { text: string }[] } }) =>
      step.book?.all().map(({ text }) => JSON.parse(text) as unknown);
    expect(texts(createPolicyBook(NO_POLICY_FILE, hintStep(governor({ ...given, ...hints }))))).toEqual([
      { P31_MIN_CONF: 0.1, P31_MAX_FUTURE_SEC: 2, P31_EFF_TTL_SEC: 3, P31_DOWNSIZE_THRESHOLD: 0.4, P31_MIN_FACTOR: 0.5, P31_MAX_EXTRA_COOLDOWN_SEC: 6, P31_HINT_CLOSES: true }, // prettier-ignore
    ]);
    const capped = proposer({ ...given, ...proposals, P31_BUDGET: 'cap' });
    expect(texts(createPolicyBook(NO_POLICY_FILE, proposalStep(capped)))).toEqual([
      { P31_MIN_CONF: 0.1, P31_MAX_FUTURE_SEC: 2, P31_STALE_SEC: 3, P31_BASE: 4, P31_SCALE: 5, P31_MIN_MULT: 6, P31_MAX_MULT: 7, P31_SMOOTHING_HALFLIFE_SEC: 8, P31_BUDGET: 'cap' }, // prettier-ignore
    ]);
  });

  it('that a later version added change nothing by default, and so no hash', () => {
    const defaults = { ...proposerDefinition.variables, ...governorDefinition.variables } as Readonly<
      Record<string, Variable>
    >;
    for (const [name, value] of Object.entries(ADDED_PARAMETERS)) {
      expect([name, defaults[name]?.schema.parse(defaults[name].default ?? '')]).toEqual([name, value]);
    }
  });

  it('have the names that permits and proposals carry: readers see a change here', () => {
    expect(createPolicyBook(NO_POLICY_FILE, proposalStep(proposer())).book?.of('A').policy).toBe('665096e73ef2');
    expect(createPolicyBook(NO_POLICY_FILE, hintStep(governor())).book?.of('A').policy).toBe('4bd977d42c9c');
  });
});

describe('the checks', () => {
  it.each([governorDefinition, annotatorDefinition])(
    'name no parameter of hints: their step has none',
    (definition) => {
      const named = definition.crossChecks.flatMap(({ variables }): readonly string[] => variables);
      expect(named.filter((name) => name in HINT_PARAMETERS)).toEqual([]);
    },
  );

  it('are the service’s own, with the rest of its environment', () => {
    const file: PolicyFile = { ...NO_POLICY_FILE, symbols: new Map([['BTCUSDT', { P31_MIN_MULT: 1.2 }]]) };
    expect(createPolicyBook(file, proposalStep(proposer())).violations).toBeUndefined();
    expect(createPolicyBook(file, proposalStep(proposer({ P31_MAX_MULT: '1.1' }))).violations).toEqual([
      'symbols "BTCUSDT": P31_MIN_MULT=1.2, P31_MAX_MULT=1.1: P31_MIN_MULT must not exceed P31_MAX_MULT',
    ]);
    // Multipliers belong to the proposer: the governor knows neither them nor the proposer's other settings.
    expect(createPolicyBook(file, hintStep(governor())).violations).toBeUndefined();
  });
});
