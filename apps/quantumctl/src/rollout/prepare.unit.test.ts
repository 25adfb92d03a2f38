import { describe, expect, it } from '@jest/globals';
import { EMPTY_DESK } from '@quantum/rollout-commands';
import { initialState, type RolloutState } from '@quantum/rollout-plan';
import { HASH, PLAN } from '../rollout.test-support.js';
import { prepareOnward, prepareStart } from './prepare.js';
import type { RolloutView } from './read.js';

const viewOf = (changes: Partial<RolloutState>, epoch: number | undefined = 7): RolloutView => ({
  nowSec: 1_763_386_800,
  epoch,
  state: { ...initialState(7), plan: HASH, ...changes },
  desk: { ...EMPTY_DESK, plans: [{ hash: HASH, proposer: 'ana', atSec: 1, excluded: [] }] },
  users: undefined,
  memories: {},
  cycleSec: undefined,
  plans: new Map([[HASH, { ...PLAN, stages: PLAN.stages.map((stage) => ({ ...stage, approvals: 0 })) }]]),
  published: { count: 0, leftSec: 0 },
  lastAudit: undefined,
  evidence: undefined,
});

describe('a command that goes on says what its author saw', () => {
  it.each([
    ['resume', { name: 'holding', holdCause: 'guard' }, { plan: HASH, epoch: 7, seen: 'holding_guard' }],
    ['resume', { name: 'holding', holdCause: 'command' }, { plan: HASH, epoch: 7, seen: 'holding_command' }],
    ['resume', { name: 'baking' }, { plan: HASH, epoch: 7, seen: 'baking' }],
    ['retry', { name: 'reduce_only' }, { plan: HASH, epoch: 7, seen: 'reduce_only' }],
    ['retry', { name: 'killed', plan: '' }, { epoch: 7, seen: 'killed' }],
    ['clear', { name: 'killed' }, { epoch: 7 }],
  ] as const)('%s of %j', (name, state, wanted) => {
    expect(prepareOnward(name, 'why', viewOf(state))).toMatchObject({ wanted: { name, reason: 'why', ...wanted } });
    const { wanted: all } = prepareOnward(name, '', viewOf(state)) as { wanted: object };
    expect(Object.keys(all).sort()).toEqual(['name', 'reason', ...Object.keys(wanted)].sort());
  });

  it('also that there was no epoch', () => {
    const view = { ...viewOf({ name: 'killed' }), epoch: undefined };
    expect(prepareOnward('clear', '', view)).toMatchObject({ wanted: { name: 'clear', epoch: null } });
    expect(prepareStart(HASH, '', view)).toMatchObject({ wanted: { name: 'start', plan: HASH, epoch: null } });
  });
});
