import { parsePlan, type Plan } from '@quantum/redis-schemas';

/** A plan as the stream's fields say it: by default an open of 2 at 10 USD. @throws Error where the fields are no plan. */
export function planOf(fields: Readonly<Record<string, string>> = {}): Plan {
  const defaults = { plan_id: 'p1', symbol: 'X', decision: 'EXECUTE', action: 'OPEN', qty: '2', price: '10' };
  const entry = parsePlan({ ...defaults, kill_score: '0.1', ...fields });
  if (entry.kind !== 'plan') throw new Error(JSON.stringify(entry));
  return entry.plan;
}
