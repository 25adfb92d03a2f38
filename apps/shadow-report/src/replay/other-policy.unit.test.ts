import { describe, expect, it } from '@jest/globals';
import { policyOf, policyTexts } from '../policy.js';
import { otherPolicy, type OtherPolicyOptions } from './other-policy.js';

const HEADER: Record<string, string> = { GOV_MAX_EXEC_PER_HOUR: '4', GOV_GATE_BURST_RATE: 'shadow' };
const settings = (env: Record<string, string>) => policyOf(policyTexts({}, env)).governor;
/** What the gates of a plan would have decided by that was decided by those of `env`. */
const gates = (options: OtherPolicyOptions, env: Record<string, string> = {}, header = HEADER) =>
  otherPolicy(policyTexts({}, header), options).gates(settings(env));

describe('other limits and modes', () => {
  it('change what each plan was decided by, and nothing else', () => {
    const own = { GOV_MAX_EXEC_PER_5MIN: '7', GOV_GATE_PLAN_AGE: 'off' };
    const { limits, modes } = settings(own);
    expect(gates({}, own)).toEqual({ limits, modes });
    expect(gates({ limit: { GOV_MAX_EXEC_PER_HOUR: '5' }, gate: { burst_rate: 'off' } }, own)).toEqual({
      limits: { ...limits, maxExecPerHour: 5 },
      modes: { ...modes, burst_rate: 'off' },
    });
  });

  it('count where they are what the header says too', () => {
    const changed = gates({ limit: { GOV_MAX_EXEC_PER_HOUR: '4' }, gate: { burst_rate: 'shadow' } });
    expect(changed?.limits.maxExecPerHour).toBe(4);
    expect(changed?.modes.burst_rate).toBe('shadow');
  });

  it('take P2.9’s own targets, or effective ones, whatever the plan was decided by', () => {
    const taken = (target: string, env: Record<string, string>, header = HEADER) =>
      gates({ limit: { GOV_ALLOCATION_TARGET: target } }, env, header)?.limits.allocationTarget;
    const effective = { GOV_ALLOCATION_TARGET: 'effective' };
    expect([taken('live', effective), taken('live', effective, effective)]).toEqual(['live', 'live']);
    expect([taken('effective', {}), taken('effective', {}, effective)]).toEqual(['effective', 'effective']);
    expect(gates({}, effective)?.limits.allocationTarget).toBe('effective');
  });

  it('are in force as given, also of a dry run', () => {
    const dry = { APPLY_MODE: 'dry_run' };
    expect(gates({ gate: { hourly_rate: 'enforce' } }, dry, { ...HEADER, ...dry })?.modes).toMatchObject({
      hourly_rate: 'enforce', plan_age: 'shadow', kill_switch: 'enforce',
    }); // prettier-ignore
  });

  it('follow APPLY_MODE, with the modes of the header, whatever it was', () => {
    const production = gates({ limit: { APPLY_MODE: 'production' } }, {}, { ...HEADER, APPLY_MODE: 'production' });
    expect(production).toMatchObject({
      limits: { refuseUnknownNotional: true, maxExecPerHour: 3 },
      modes: { burst_rate: 'shadow', plan_age: 'enforce' },
    });
    expect(gates({ limit: { APPLY_MODE: 'dry_run' } })?.modes).toMatchObject({ plan_age: 'shadow' });
  });

  it('say nothing of what is unknown', () => {
    const { gates: changed } = otherPolicy(policyTexts({}, HEADER), { limit: { GOV_MAX_EXEC_PER_HOUR: '5' } });
    expect(changed(undefined)).toBeUndefined();
  });

  it.each<[OtherPolicyOptions, string]>([
    [
      { limit: { GOV_MAX_EXEC: '5' } },
      '--limit GOV_MAX_EXEC: no limit of a gate; these are: APPLY_MODE, GOV_ALLOCATION_TARGET, GOV_COUNT_CLOSES, GOV_KILL',
    ],
    [{ limit: { P31_SCALE: '1' } }, 'no limit of a gate'],
    [{ limit: { GOV_GATE_BURST_RATE: 'off' } }, 'no limit of a gate'],
    [{ limit: { refuseUnknownNotional: 'true' } }, 'no limit of a gate'],
    [{ limit: { GOV_MAX_EXEC_PER_HOUR: '-1' } }, "GOV_MAX_EXEC_PER_HOUR: '-1' is not allowed, must be a whole number"],
    [{ limit: { GOV_ALLOCATION_TARGET: 'base' } }, "GOV_ALLOCATION_TARGET: 'base' is not allowed"],
    [{ limit: { APPLY_MODE: 'live' } }, "APPLY_MODE: 'live' is not allowed"],
    [{ gate: { burst: 'off' } }, '--gate burst: no gate; these are: kill_switch, disarmed'],
    [{ gate: { burst_rate: 'sometimes' } }, "GOV_GATE_BURST_RATE: 'sometimes' is not allowed"],
    [{ gate: { kill_switch: 'off' } }, '--gate kill_switch=off: it is enforced whatever its variable says'],
  ])('are refused where no governor would take them: %j', (options, why) => {
    expect(() => gates(options)).toThrow(why);
  });
});
