import { readRecord } from '@quantum/decisions';
import { parseJson } from '@quantum/redis-schemas';
import type { Decision } from '../observe/plans.js';
import type { Proposal } from '../observe/proposals.js';
import type { ServiceEvidence } from '../observe/service.js';
import type { TargetEvidence } from '../observe/targets.js';
import type { Case, Fixture } from '../fixture.js';
import type { Settings } from '../settings.js';
import type { Step } from './arrangement.js';
import { NotSeen } from './not-seen.js';

export interface Findings {
  settings: Settings;
  fixture: Fixture;
  /** A private deployment: counters rose by exactly our own effects. */
  exact: boolean;
  /** Executors read the plans too. A permit may be consumed before it is seen, and is then only in the record. */
  consumers: boolean;
  /** First proposals by symbol. */
  proposals: ReadonlyMap<string, Proposal>;
  /** The missing part of a symbol's proposal, in words. */
  missingProposal: (symbol: string) => string;
  /** Number of our entries by reason. */
  proposalReasons: ReadonlyMap<string, number>;
  /** By plan id. */
  decisions: ReadonlyMap<string, Decision>;
  /** By the id of the plan after the garbage. */
  deadLetters: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Undefined if the cycle that proposed did not end in time. */
  targets: readonly TargetEvidence[] | undefined;
  services: ReadonlyMap<Step, ServiceEvidence>;
  /** Duration of the wait, for failures: "... within 45 s". */
  patienceSec: Readonly<Record<Step, number>>;
}

/** The observations for one proof. */
export class Evidence {
  readonly all: Findings;
  readonly #own: Case | undefined;

  constructor(all: Findings, own: Case | undefined) {
    this.all = all;
    this.#own = own;
  }

  get settings(): Settings {
    return this.all.settings;
  }

  /** Whether this run covers a step. */
  has(step: Step): boolean {
    return this.all.fixture.steps.has(step);
  }

  get own(): Case {
    if (!this.#own) throw new Error('this proof arranges nothing: it has no case of its own');
    return this.#own;
  }

  /** The proposal for the proof's own symbol. @throws NotSeen */
  proposal(): Proposal {
    const proposal = this.all.proposals.get(this.own.symbol);
    if (proposal) return proposal;
    throw new NotSeen(`${this.all.missingProposal(this.own.symbol)} within ${this.all.patienceSec[1]} s`);
  }

  /** The outcome of the proof's own plan. @throws NotSeen */
  decision(): Decision {
    const decision = this.all.decisions.get(this.own.planId);
    if (decision) return decision;
    throw new NotSeen(
      `neither permit nor refusal for plan ${this.own.planId} (${this.own.symbol}) within ${this.all.patienceSec[2]} s`,
    );
  }

  /** The permit of the proof's own plan. @throws NotSeen */
  permit(): Record<string, unknown> {
    return permitOf(this.decision(), this.all.consumers);
  }

  /** @throws NotSeen if there are none: for a step that this run leaves out. */
  service(step: Step): ServiceEvidence {
    const service = this.all.services.get(step);
    if (!service) throw new NotSeen(`nothing was asked of step ${step}`);
    return service;
  }
}

/** The permit of a decision. @throws NotSeen with the record found instead. */
export function permitOf(decision: Decision, mayBeConsumed: boolean): Record<string, unknown> {
  const { permit, block, record } = decision;
  if (permit !== undefined) return objectOf(permit, 'the permit');
  if (block !== undefined) throw new NotSeen(`the plan was refused: ${block}`);
  const recorded = readRecord(record ?? '')?.permit;
  if (mayBeConsumed && recorded) return { ...recorded };
  throw new NotSeen(`the decision record grants a permit, but its key is gone: ${record ?? ''}`);
}

/** A JSON object. @throws NotSeen if the text is not one. */
export function objectOf(json: string, what: string): Record<string, unknown> {
  const value = parseJson(json);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new NotSeen(`${what} is not a JSON object: ${json}`);
}
