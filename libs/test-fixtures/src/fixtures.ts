import { parsePlan, type Permit, type Plan } from '@quantum/redis-schemas';

/** A plan as the stream's fields give it: by default an open of 2 at 10 USD. @throws Error for no plan. */
export function aPlan(fields: Readonly<Record<string, string>> = {}): Plan {
  const defaults = { plan_id: 'p1', symbol: 'X', decision: 'EXECUTE', action: 'OPEN', qty: '2', price: '10' };
  const entry = parsePlan({ ...defaults, kill_score: '0.1', ...fields });
  if (entry.kind !== 'plan') throw new Error(JSON.stringify(entry));
  return entry.plan;
}

/** A permit of 2 at 150 USD with the hint of a score of 0.2. */
export const aPermit = (fields: Partial<Permit> = {}): Permit => ({
  granted: true,
  symbol: 'X',
  decision: 'EXECUTE',
  computed_qty: 2,
  computed_notional: 300,
  created_at: 1.5,
  consumed: false,
  eff_score: '0.2000',
  eff_confidence: '0.900',
  eff_stale: '0',
  eff_factor: '0.4444',
  downsize_factor: '0.4444',
  eff_action: 'DOWNSIZE',
  eff_reason: 'ok',
  extra_cooldown_sec: '96',
  would_block: [],
  mode: 'testnet',
  ...fields,
});
