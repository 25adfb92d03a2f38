import { parsePlan, type Plan } from '@quantum/redis-schemas';
import type { EntryFacts, Facts } from '../facts.js';
import { alike, together, type Check, type Finding } from '../finding.js';
import { shown } from '../words.js';

/** Plans of the stream that open a position, with their entries. */
const opensOf = ({ plans }: Facts) =>
  plans.flatMap(({ id, fields }) => {
    const parsed = parsePlan(fields);
    return parsed.kind === 'plan' && !parsed.plan.closing ? { id, plan: parsed.plan } : [];
  });

const isEmpty = ({ fields }: Plan, name: string): boolean => (fields[name] ?? '').trim() === '';

/** Fields without which gates pass or refuse whatever the market says. */
export const planFields: Check = {
  name: 'plan-fields',
  harm: 'danger',
  finds: 'opening plans without kill score or price, and what the gates say of them',
  find: (facts) => {
    const opens = opensOf(facts);
    const key = facts.planStream?.key ?? '';
    const lacks = (field: string, found: typeof opens, means: string, remedy: string): Finding[] =>
      together(found, (first, all) => ({
        key,
        field,
        value: `absent in ${first.id}, ${all.length} of ${opens.length} opening plans`,
        means,
        owner: 'who publishes plans (intent bridge)',
        remedy,
      })); // prettier-ignore
    return [
      ...lacks(
        'kill_score',
        opens.filter(({ plan }) => isEmpty(plan, 'kill_score')),
        'kill_score passes them unseen, unless GOV_KILL_SCORE_MISSING is refuse: then it refuses each of them.',
        'publish kill_score (0..1) with each opening plan; then set GOV_KILL_SCORE_MISSING=refuse',
      ),
      ...lacks(
        'price',
        opens.filter(({ plan }) => plan.priceUsd === undefined && plan.statedNotionalUsd === undefined),
        'Their notional is known only where P3.3 has a fresh mark price. Else daily_notional refuses them in production, and passes them uncounted elsewhere.',
        'publish price, entry_price or notional_usd with each opening plan',
      ),
    ];
  },
};

/** Entries that are no plans: they are dead-lettered, and never answered. */
export const planLetters: Check = {
  name: 'plan-letters',
  harm: 'part',
  finds: 'entries of the plan stream that the governor dead-letters',
  find: ({ plans, planStream }) =>
    alike(
      plans.flatMap((entry) => {
        const parsed = parsePlan(entry.fields);
        return parsed.kind === 'invalid' ? { entry, ...parsed } : [];
      }),
      ({ reason }) => reason,
      ({ entry, reason, error }) => ({
        key: planStream?.key ?? '',
        field: reason.replace('invalid_', ''),
        value: valueOf(entry, reason.replace('invalid_', '')),
        means: `${entry.id} goes to the dead letters (${reason}): it gets neither permit nor refusal.`,
        owner: 'who publishes plans',
        remedy: error,
      }),
    ),
};

const valueOf = ({ fields }: EntryFacts, name: string): string => {
  const text = fields[name];
  return text === undefined ? `absent; it has ${Object.keys(fields).slice(0, 3).join(', ')}` : shown(text);
};
