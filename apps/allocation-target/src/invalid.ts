import type { ProposalDecision, SymbolReading } from '@quantum/decisions';
import { EFFICIENCY_FIELDS, TARGET_FIELDS } from '@quantum/redis-schemas';
import type { InvalidReadings } from '@quantum/service-kit';

/** Has what was read logged where a decision says that it was invalid. */
export function noteInvalid(
  { symbol, target, efficiency }: SymbolReading,
  { proposal, skip }: ProposalDecision,
  invalid: InvalidReadings,
): void {
  if (proposal?.reason === 'invalid_eff' && efficiency.state === 'read') {
    invalid.note('invalid_eff', symbol, EFFICIENCY_FIELDS, efficiency.values ?? []);
  }
  if (skip === 'invalid_target') {
    invalid.note('invalid_target', symbol, TARGET_FIELDS, 'values' in target ? (target.values ?? []) : []);
  }
}
