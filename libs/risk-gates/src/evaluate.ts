import type { ApplyMode, GateMode } from '@quantum/redis-schemas';
import type { Gate, GateInput, GateLimits, GateName } from './declared.js';
import type { GateAnswer } from './gate.js';

/** The mode of every gate. */
export type GateModes = Readonly<Record<GateName, GateMode>>;

/** The gates' inputs other than the plan, its state and the time. */
export interface GateSettings {
  limits: GateLimits;
  /** The modes in force. */
  modes: GateModes;
}

/** One gate's verdict, with its mode. */
export interface GateVerdict {
  gate: GateName;
  mode: Exclude<GateMode, 'off'>;
  verdict: GateAnswer;
}

export interface Refusal {
  gate: GateName;
  verdict: Extract<GateAnswer, { refused: true }>;
}

/** The outcome of evaluating a list of gates. */
export interface GateOutcome {
  /** In evaluation order, without gates that are off or do not apply. */
  verdicts: readonly GateVerdict[];
  /** The first enforced refusal, which is the plan's reason; undefined if none. */
  refusal: Refusal | undefined;
  /** Gates that refused in shadow. */
  wouldBlock: readonly GateName[];
}

/** The modes in force: `dry_run` turns enforce into shadow, off stays off, the kill switch is always enforced. */
export function effectiveModes(configured: GateModes, applyMode: ApplyMode): GateModes {
  const inForce = (mode: GateMode): GateMode => (applyMode === 'dry_run' && mode === 'enforce' ? 'shadow' : mode);
  const entries = Object.entries(configured) as [GateName, GateMode][];
  const modes = Object.fromEntries(entries.map(([name, mode]) => [name, inForce(mode)])) as Record<GateName, GateMode>;
  return { ...modes, kill_switch: 'enforce' };
}

/** Evaluates gates in order until the first enforced refusal. A shadow gate changes nothing but `wouldBlock`. */
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

/** The combined outcome of lists of gates evaluated one after the other. A refusal ends it, as within a list. */
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
