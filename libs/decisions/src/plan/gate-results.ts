import type { DecisionRecord } from '@quantum/redis-schemas';

type GateResult = DecisionRecord['gates'][number];

/** There are few of them: made once, they cost nothing for a plan, and can be counted by identity. */
const gateResults = new Map<GateResult['gate'], GateResult[]>();

/** The verdict of a gate as records carry it. */
export function gateResult(gate: GateResult['gate'], mode: GateResult['mode'], refused: boolean): GateResult {
  let known = gateResults.get(gate);
  if (!known) gateResults.set(gate, (known = []));
  for (const result of known) if (result.mode === mode && result.refused === refused) return result;
  const made = Object.freeze({ gate, mode, refused });
  known.push(made);
  return made;
}
