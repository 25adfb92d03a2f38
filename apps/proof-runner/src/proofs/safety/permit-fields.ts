import { PermitSchema } from '@quantum/redis-schemas';
import { expires, holds, is } from '../checks.js';
import { permitOf } from '../evidence.js';
import { NotSeen } from '../not-seen.js';
import type { Proof } from '../proof.js';

/** The contract's fields, repeated: a list that changes together with the schema would prove nothing. */
const FIELDS = [
  'granted',
  'symbol',
  'decision',
  'computed_qty',
  'computed_notional',
  'created_at',
  'consumed',
  'eff_score',
  'eff_confidence',
  'eff_stale',
  'eff_factor',
  'downsize_factor',
  'eff_action',
  'eff_reason',
  'extra_cooldown_sec',
  'would_block',
  'mode',
  'policy',
];

/** A permit that outlives its plan could be executed hours later. */
const PERMIT_TTL_SEC = 60;

export const permitFields: Proof = {
  name: 'safety-permit-fields',
  title: `every permit has all ${FIELDS.length} fields, each in its format, and ends by itself, in every case`,
  steps: [2],
  expect: (seen) => {
    const decisions = [...seen.all.decisions.values()].filter(({ block }) => block === undefined);
    if (decisions.length === 0) throw new NotSeen('no permit was granted in this run');
    const permits = decisions.map((decision) => ({
      permit: permitOf(decision, seen.all.consumers),
      ttlMs: decision.ttlMs,
    }));
    const want = [...FIELDS].sort().join(' ');
    return [
      holds('permits', 'at least 1', true, `${permits.length} with ${FIELDS.length} fields each`),
      ...permits.flatMap(({ permit, ttlMs }) => {
        const whose = `permit of ${String(permit['symbol'])}`;
        const problems = PermitSchema.safeParse(permit).error?.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
        return [
          is(`${whose}, fields`, want, Object.keys(permit).sort().join(' ')),
          expires(whose, ttlMs, PERMIT_TTL_SEC),
          is(`${whose}, formats`, 'all valid', problems?.join('; ') ?? 'all valid'),
        ];
      }),
    ];
  },
};
