import type { ApplyMode, GateMode, GateName } from '@quantum/redis-schemas';
import type { Gate, GateInput, GateLimits, Verdict } from './gate.js';

/** The mode of every gate. */
export type GateModes = Readonly<Record<GateName, GateMode>>;

/** What decides in the gates besides a plan, its state and the time. */
export interface GateSettings {
  limits: GateLimits;
  /** The modes in force. */
  modes: GateModes;
}

/** One gate's verdict, with the mode in which it was asked. */
export interface GateVerdict {
  gate: GateName;
  mode: Exclude<GateMode, 'off'>;
  verdict: Verdict;
}

/** A refusal that decides. */
export interface Refusal {
  gate: GateName;
  verdict: Extract<Verdict, { refused: true }>;
}

/** What a row of gates said. */
export interface GateOutcome {
  /** In the order in which they were asked; gates that are off or do not apply are left out. */
  verdicts: readonly GateVerdict[];
  /** The first enforced refusal, which is the plan's reason; undefined if none. */
  refusal: Refusal | undefined;
  /** Gates that refused in shadow. */
  wouldBlock: readonly GateName[];
}

/**
 * The modes in force: `dry_run` turns enforce into shadow, off stays off, the kill switch is always enforced.
 */
export function effectiveModes(configured: GateModes, applyMode: ApplyMode): GateModes {
  const inForce = (mode: GateMode): GateMode => (applyMode === 'dry_run' && mode === 'enforce' ? 'shadow' : mode);
  const entries = Object.entries(configured) as [GateName, GateMode][];
  const modes = Object.fromEntries(entries.map(([name, mode]) => [name, inForce(mode)])) as Record<GateName, GateMode>;
  return { ...modes, kill_switch: 'enforce' };
}

/**
 * Asks gates in their order until the first enforced refusal, which ends the row. A shadow gate is asked exactly as an
 * enforced one and changes nothing but `wouldBlock`.
 */
export function evaluateGates(
  gates: readonly Gate[],
  input: GateInput,
  limits: GateLimits,
  modes: GateModes,
): GateOutcome {
  const verdicts: GateVerdict[] = [];
  const wouldBlock: GateName[] = [];
  for (const gate of gates) {
    const mode = modes[gate.name];
    if (mode === 'off' || (gate.appliesTo === 'opens' && input.closing)) continue;
    const verdict = gate.evaluate(input, limits);
    verdicts.push({ gate: gate.name, mode, verdict });
    if (!verdict.refused) continue;
    if (mode === 'enforce') return { verdicts, refusal: { gate: gate.name, verdict }, wouldBlock };
    wouldBlock.push(gate.name);
  }
  return { verdicts, refusal: undefined, wouldBlock };
}

/** The outcome of rows asked one after the other: a refusal ends it, as within a row. */
export function joinOutcomes(...rows: readonly GateOutcome[]): GateOutcome {
  const verdicts: GateVerdict[] = [];
  const wouldBlock: GateName[] = [];
  for (const row of rows) {
    verdicts.push(...row.verdicts);
    wouldBlock.push(...row.wouldBlock);
    if (row.refusal) return { verdicts, refusal: row.refusal, wouldBlock };
  }
  return { verdicts, refusal: undefined, wouldBlock };
}
