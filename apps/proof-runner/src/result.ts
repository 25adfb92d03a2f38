import { Evidence, type Findings } from './proofs/evidence.js';
import { NotSeen } from './proofs/not-seen.js';
import type { Check, Proof } from './proofs/proof.js';

/** The result of a proof. `not run`: it could not be tried, which is neither a pass nor a failure. */
export type Status = 'pass' | 'fail' | 'skipped' | 'not run';

export interface Result {
  name: string;
  title: string;
  steps: readonly number[];
  status: Status;
  /** Time from the proof's inputs to its evidence; 0 for a proof that checks the effects of others. */
  ms: number;
  checks: readonly Check[];
  /** Why there is nothing to check: skipped, not run, or not seen in time. */
  reason: string;
  /** Commands to investigate. */
  commands: readonly string[];
}

/** A proof that has seen nothing, and why. One of the brain is of no step. */
export const unseen = (
  { name, title, steps = [] }: Pick<Proof, 'name' | 'title'> & Partial<Pick<Proof, 'steps'>>,
  status: Exclude<Status, 'pass'>,
  reason: string,
): Result => ({
  name,
  title,
  steps,
  status,
  ms: 0,
  checks: [],
  reason,
  commands: [],
});

export function judge(proof: Proof, findings: Findings, commandsOf: (proof: Proof) => readonly string[]): Result {
  const { name, title, steps } = proof;
  const own = findings.fixture.cases.find((one) => one.name === proof.name);
  const ms = own
    ? Math.max(findings.proposals.get(own.symbol)?.ms ?? 0, findings.decisions.get(own.planId)?.ms ?? 0)
    : 0;
  const common = { name, title, steps, ms: Math.round(ms) };
  try {
    const checks = proof.expect(new Evidence(findings, own));
    const ok = checks.length > 0 && checks.every((check) => check.ok);
    return { ...common, status: ok ? 'pass' : 'fail', checks, reason: '', commands: ok ? [] : commandsOf(proof) };
  } catch (error) {
    if (!(error instanceof NotSeen)) throw error;
    return { ...common, status: 'fail', checks: [], reason: error.message, commands: commandsOf(proof) };
  }
}

export function countResults(results: readonly Result[]): Record<Status, number> {
  const counts: Record<Status, number> = { pass: 0, fail: 0, skipped: 0, 'not run': 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}

/** 0 all passed, 1 something failed, 2 nothing failed but something could not run. */
export function exitCodeOf(results: readonly Result[]): 0 | 1 | 2 {
  const { fail, 'not run': notRun } = countResults(results);
  if (fail > 0) return 1;
  return notRun > 0 ? 2 : 0;
}
