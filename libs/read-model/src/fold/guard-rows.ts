import { GUARD_NAMES, unitOfGuard, type GuardMemories } from '@quantum/rollout-guards';
import type { GuardRow } from '../snapshot/rollout.js';
import type { GuardFinding } from './findings.js';

/**
 * Guards that have been asked, in their order: what they found when the state last moved, and whether they are breached
 * now.
 */
export function guardRows(memories: GuardMemories, findings: readonly GuardFinding[]): GuardRow[] {
  const byName = new Map(findings.map((finding) => [finding.guard, finding]));
  return GUARD_NAMES.flatMap((guard) => {
    const [memory, last] = [memories[guard], byName.get(guard)];
    if (!memory && !last) return [];
    // Numbers with which it passed say nothing of a breach that came after.
    const isLater = memory?.isBreached === true && last?.verdict !== 'BREACH';
    const finding = isLater ? undefined : last;
    return [
      {
        guard,
        verdict: memory?.isBreached === true ? 'BREACH' : (finding?.verdict ?? ''),
        value: finding?.value ?? null,
        limit: finding?.limit ?? null,
        unit: unitOfGuard(guard),
        n: finding?.n ?? null,
        asOfSec: finding?.asOfSec ?? null,
        demand: finding?.demand ?? '',
        isBreached: memory?.isBreached ?? false,
      },
    ];
  });
}
