import type { ReplaySettings } from '@quantum/decisions';
import {
  ADDED_PARAMETERS,
  canonicalText,
  hashOfText,
  HINT_PARAMETERS,
  PROPOSAL_PARAMETERS,
  type HintParameters,
  type ParameterNames,
  type ParameterValues,
  type ProposalParameters,
} from '@quantum/efficiency-policy';
import { BRAIN_PARAMETERS, createRules, type BrainParameters, type ScoreRules } from '@quantum/efficiency-score';
import { parseJson } from '@quantum/redis-schemas';
import type { GateSettings } from '@quantum/risk-gates';
import type { RecordedParameters, Step } from './policy.js';

/** A line of a recording: the parameters that a hash means, by the names of their variables. */
export interface PolicyLine {
  kind: 'policy';
  hash: string;
  step: Step;
  parameters: ParameterValues;
}

const NAMES: Readonly<Record<Exclude<Step, 'limits'>, readonly string[]>> = {
  proposal: [...Object.keys(PROPOSAL_PARAMETERS), 'P31_BUDGET'],
  hint: Object.keys(HINT_PARAMETERS),
  score: Object.keys(BRAIN_PARAMETERS),
};

/** Whether a text can be of a step: it has all of its parameters but those that were added, and no others. */
const isOf = (step: keyof typeof NAMES, parameters: ParameterValues): boolean =>
  NAMES[step].every((name) => name in parameters || name in ADDED_PARAMETERS) &&
  Object.keys(parameters).every((name) => NAMES[step].includes(name));

/**
 * The line of a canonical text in Redis under a hash; undefined where the text is not what the hash is of, or names
 * other parameters than a step has: of another version.
 * @param sha256 hexadecimal digits of a UTF-8 text
 */
export function policyLineOf(hash: string, text: string, sha256: (text: string) => string): PolicyLine | undefined {
  const parameters = meaningOf(hash, text, sha256);
  if (!parameters) return undefined;
  const step = (['proposal', 'hint', 'score'] as const).find((each) => isOf(each, parameters));
  return step && { kind: 'policy', hash, step, parameters };
}

/**
 * The line of a canonical text of gate limits and modes that is in Redis under a hash; undefined where the text is not
 * what the hash is of. Those of every version: whether they are understood is for who reads the line.
 * @param sha256 hexadecimal digits of a UTF-8 text
 */
export function limitsLineOf(hash: string, text: string, sha256: (text: string) => string): PolicyLine | undefined {
  const parameters = meaningOf(hash, text, sha256);
  return parameters && { kind: 'policy', hash, step: 'limits', parameters };
}

function meaningOf(hash: string, text: string, sha256: (text: string) => string): ParameterValues | undefined {
  const values = valuesOf(text);
  return values && canonicalText(values) === text && hashOfText(text, sha256) === hash ? values : undefined;
}

function valuesOf(text: string): ParameterValues | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? (value as ParameterValues) : undefined;
}

/**
 * What the outputs of a recording were decided by: the parameters that their hash means, as the recording has them or,
 * if it is the hash of these, as its header's variables say. Of outputs that carry no hash the header's.
 */
export class ParameterSets {
  readonly #proposal: Map<string | undefined, ProposalParameters>;
  readonly #hint: Map<string | undefined, HintParameters>;
  readonly #gates: Map<string | undefined, GateSettings>;
  readonly #scores = new Map<string, ScoreRules | undefined>();
  readonly #settingsOf: RecordedParameters['settingsOf'];

  constructor({ proposer, governor, hashes, settingsOf }: RecordedParameters) {
    this.#proposal = new Map([undefined, hashes.proposal].map((hash) => [hash, proposer]));
    this.#hint = new Map([undefined, hashes.hint].map((hash) => [hash, governor.hint]));
    const { limits, modes } = governor;
    this.#gates = new Map([undefined, hashes.limits].map((hash) => [hash, { limits, modes }]));
    this.#settingsOf = settingsOf;
  }

  take({ step, hash, parameters }: PolicyLine): void {
    if (step === 'proposal') this.#proposal.set(hash, parametersOf(parameters, PROPOSAL_PARAMETERS));
    else if (step === 'hint') this.#hint.set(hash, parametersOf(parameters, HINT_PARAMETERS));
    else if (step === 'score') {
      this.#scores.set(hash, rulesOf(parametersOf<BrainParameters>(parameters, BRAIN_PARAMETERS)));
    } else {
      const settings = this.#settingsOf(parameters);
      if (settings) this.#gates.set(hash, settings);
    }
  }

  /** Undefined where no line says what the hash means. */
  proposal(hash: string | undefined): ProposalParameters | undefined {
    return this.#proposal.get(hash);
  }

  /** Undefined where no line says what the hash means. */
  hint(hash: string | undefined): HintParameters | undefined {
    return this.#hint.get(hash);
  }

  /** What a plan was decided by, or the hash that no line explains. */
  settings(
    limits: string | undefined,
    policy: string | undefined,
    applyMode: ReplaySettings['applyMode'],
  ): ReplaySettings | { unknown: string | undefined } {
    const [hint, gates] = [this.hint(policy), this.gates(limits)];
    if (!hint || !gates) return { unknown: hint ? limits : policy };
    // Name by name: to spread it takes 0.5 us a plan.
    return { limits: gates.limits, modes: gates.modes, hint, applyMode };
  }

  /** Undefined where no line says what the hash means, or only in values of a later version. */
  score(hash: string): ScoreRules | undefined {
    return this.#scores.get(hash);
  }

  /** Undefined where no line has the text of the hash, or only in words of a later version. */
  gates(hash: string | undefined): GateSettings | undefined {
    return this.#gates.get(hash);
  }
}

function rulesOf(parameters: BrainParameters): ScoreRules | undefined {
  try {
    return createRules(parameters);
  } catch {
    return undefined;
  }
}

/** The parameters that a text names: one that a later version added is absent. */
const parametersOf = <P extends object>(values: ParameterValues, names: ParameterNames<P>): P =>
  Object.fromEntries(
    Object.entries(names).flatMap(([name, property]) => (name in values ? [[property, values[name]]] : [])),
  ) as P;
