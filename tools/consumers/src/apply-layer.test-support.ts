import { applyHint, readPermit, type Sizing } from '@quantum/apply-hints';
import { defineScript, runScripts, scriptCommand, type Redis } from '@quantum/redis-io';
import { HALT_KEY, KILL_KEY, permitKey, type Plan } from '@quantum/redis-schemas';

// example
/**
 * Takes a permit, unless a kill switch is on: the permit then stays, until it expires.
 *
 * KEYS  1 permit, 2... kill switches
 * Returns {"killed", key} or {"taken", the permit's text or nil}
 *
 * Atomic, because an operator may turn the switch on after the permit was granted, and between a check and a GETDEL.
 * A switch is off if it is absent, empty, 0, false or off, blanks and case aside. One that cannot be read is on.
 */
const TAKE_PERMIT = defineScript(`
local OFF = { [''] = true, ['0'] = true, ['false'] = true, ['off'] = true }
for i = 2, #KEYS do
  local value = redis.pcall('GET', KEYS[i])
  local is_off = value == false or (type(value) == 'string' and OFF[value:lower():match('^%s*(.-)%s*$')])
  if not is_off then return {'killed', KEYS[i]} end
end
return {'taken', redis.call('GETDEL', KEYS[1])}
`);

/**
 * Takes the permit of a plan: one caller alone gets it. Resolves to what the plan may execute; to `killed` while a kill
 * switch is on; to undefined where there is no permit (not decided yet, refused, or taken already). Where this throws,
 * the permit may be taken: plan anew. `closesPassKill` as the governor's GOV_KILL_SWITCH_ALLOWS_CLOSES: exits are then
 * taken without a look.
 */
export async function takePermit(
  redis: Redis,
  plan: Plan,
  sizing: Sizing,
  closesPassKill = false,
): Promise<Sizing | 'killed' | undefined> {
  const switches = closesPassKill && plan.closing ? [] : [KILL_KEY, HALT_KEY];
  const command = scriptCommand(TAKE_PERMIT, [permitKey(plan.planId), ...switches], []);
  const [reply] = await runScripts(redis, [TAKE_PERMIT], [command]);
  if (!reply?.ok) throw reply?.error ?? new Error('no reply');
  const [outcome, text] = reply.value as [string, string | null];
  if (outcome === 'killed') return 'killed';
  const permit = readPermit(text);
  return permit.granted ? applyHint(permit.hint, sizing, plan) : undefined;
}
// end
