import { describe, expect, it } from '@jest/globals';
import {
  encodeRolloutState,
  initialState,
  MOVES,
  next,
  parseRolloutState,
  ROLLOUT_STATES,
  type Move,
  type RolloutStateName,
} from '../index.js';
import { cycleMoves } from './moves.js';
import { baking, IN_STATE, NOW, rules, Walk } from './walk.test-support.js';

const HOUR = 3600;

describe('a rollout', () => {
  it('walks from off to done, one move at a time', () => {
    const walk = new Walk().take({ kind: 'start' });
    expect(walk.state).toMatchObject({ name: 'baking', plan: 'plan-1', policy: 'policy-1', stage: 0, blend: 0, epoch: 8, evidenceSec: NOW - 86_400 }); // prettier-ignore
    const seen: string[] = [];
    for (let i = 0; i < 60_000 && walk.state.name !== 'done'; i += 1) {
      walk.cycle();
      const { name, stage, blend } = walk.state;
      if (walk.last.move !== undefined) seen.push(`${walk.last.move}: ${name} ${stage} ${blend.toFixed(2)}`);
    }
    expect(seen).toEqual([
      ...[0.05, 0.1, 0.15, 0.2].map((blend) => `slew: baking 0 ${blend.toFixed(2)}`),
      'advance: ready 0 0.20',
      'advance: baking 1 0.20',
      ...[0.25, 0.3, 0.35, 0.4, 0.45, 0.5].map((blend) => `slew: baking 1 ${blend.toFixed(2)}`),
      'advance: ready 1 0.50',
      'advance: baking 2 0.50',
      ...[0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1].map((blend) => `slew: baking 2 ${blend.toFixed(2)}`),
      'advance: done 2 1.00',
    ]);
    expect(walk.state.bakedSec).toBe(96 * HOUR);
    expect(walk.state.epoch).toBe(8);
  });

  it('bakes its hours and its periods', () => {
    expect(baking().cycles(39).state).toMatchObject({ name: 'baking', bakedSec: 86_390, bakedPeriods: 319 });
    expect(baking().cycles(40).state).toMatchObject({ name: 'ready', bakedSec: 86_400, sinceSec: NOW + 400 });
    expect(baking({ bakedPeriods: 159 }).cycles(40).state.name).toBe('baking');
    expect(baking({ bakedPeriods: 159 }).cycles(41).state.name).toBe('ready');
    expect(baking().cycles(40, { closedPeriods: NaN }).state).toMatchObject({ name: 'ready', bakedPeriods: 280 });
    expect(baking().cycle({ closedPeriods: -5 }).state.bakedPeriods).toBe(280);
  });

  it.each([
    ['an evaluation that is not clean', { isClean: false }],
    ['downtime', { nowSec: NOW + 31 }],
    ['a clock that goes back', { nowSec: NOW - 1 }],
    ['no time', { nowSec: NaN }],
  ])('does not count as baked: %s', (_what, changes) => {
    expect(baking().cycle(changes).state).toMatchObject({ bakedSec: 86_000, bakedPeriods: 280 });
  });

  it('is not raised at no time', () => {
    expect(baking({ blend: 0.1 }).cycle({ nowSec: NaN }).state.blend).toBe(0.1);
    expect(IN_STATE.ready().cycle({ nowSec: NaN }).state.name).toBe('ready');
    expect(baking().cycle({ nowSec: Infinity, demand: 'kill' }).state).toMatchObject({ name: 'killed', sinceSec: NOW });
  });

  it('counts an interval of three cycles', () => {
    expect(baking().cycle({ nowSec: NOW + 30 }).state.bakedSec).toBe(86_030);
  });

  it('does not count the time below the blend of its stage, nor before it began to bake', () => {
    expect(baking({ blend: 0.1 }).cycle().state).toMatchObject({ bakedSec: 86_000, blend: 0.1 + 0.05 }); // prettier-ignore
    expect(baking({ sinceSec: NOW + 6 }).cycle().state.bakedSec).toBe(86_004);
  });

  it('waits for what the stage requires, now', () => {
    const waiting = (stage: number, blend: number) => baking({ stage, blend, bakedSec: 96 * HOUR });
    expect(waiting(0, 0.2).cycle({ shown: { non_inferior: undefined, superior: false } }).state.name).toBe('ready');
    expect(waiting(1, 0.5).cycle({ shown: { non_inferior: true, superior: false } }).state.name).toBe('ready');
    expect(waiting(1, 0.5).cycle({ shown: { non_inferior: false, superior: true } }).state.name).toBe('baking');
    expect(waiting(1, 0.5).cycle({ shown: { non_inferior: undefined, superior: true } }).state.name).toBe('baking');
    expect(waiting(2, 1).cycle({ shown: { non_inferior: true, superior: false } }).state.name).toBe('baking');
    expect(waiting(2, 1).cycle().state.name).toBe('done');
    const ready = () => baking({ name: 'ready', stage: 1, blend: 0.5, bakedSec: 96 * HOUR });
    expect(ready().cycle({ shown: { non_inferior: false, superior: true } }).state.name).toBe('ready');
    expect(ready().cycle().state).toMatchObject({ name: 'baking', stage: 2, blend: 0.5, bakedSec: 0, bakedPeriods: 0, harmSec: NOW + 10 }); // prettier-ignore
  });

  it('is ready until the next stage is approved and the evaluation is clean', () => {
    expect(IN_STATE.ready().cycle({ isNextApproved: false }).state).toMatchObject({ name: 'ready', stage: 0 });
    expect(IN_STATE.ready().cycle({ isClean: false }).state).toMatchObject({ name: 'ready', stage: 0 });
    expect(IN_STATE.ready().cycle().state).toMatchObject({ name: 'baking', stage: 1 });
  });

  it('advances one stage in an evaluation, also after downtime', () => {
    expect(IN_STATE.ready().cycle({}, 1e6).state).toMatchObject({ name: 'baking', stage: 1 });
    expect(baking({ bakedSec: 1e6, bakedPeriods: 1e6 }).cycle({}, 1e6).state).toMatchObject({
      name: 'ready',
      stage: 0,
    });
  });

  it('begins again at blend 0 where its keys have lapsed', () => {
    expect(baking().cycle({ hasLapsed: true }).state).toMatchObject({ name: 'baking', blend: 0.05, bakedSec: 86_000 });
    expect(baking().cycle({ hasLapsed: true, isClean: false }).state.blend).toBe(0);
    expect(IN_STATE.holding().cycle({ hasLapsed: true }).state.blend).toBe(0);
    expect(IN_STATE.ready().cycle({ hasLapsed: true }).state).toMatchObject({ name: 'ready', stage: 0 });
  });
});

describe('a hold', () => {
  it('freezes the blend and the clock', () => {
    const held = baking({ blend: 0.15 }).cycle({ demand: 'hold', isClean: false });
    expect(held.last.move).toBe('hold');
    expect(held.cycles(9).state).toMatchObject({ name: 'holding', holdCause: 'guard', blend: 0.15, bakedSec: 86_000, freshCycles: 9 }); // prettier-ignore
  });

  it('ends after ten fresh cycles, and goes on where it was', () => {
    const held = baking().cycle({ demand: 'hold', isClean: false });
    const sinceSec = held.cycles(9).state.sinceSec;
    expect(held.state).toMatchObject({ name: 'holding', freshCycles: 9 });
    expect(held.cycle().last).toMatchObject({ move: 'resume', state: { name: 'baking', stage: 0, bakedSec: 86_000 } });
    expect(held.state.sinceSec).toBe(sinceSec + 100);
    expect(held.cycle().state.bakedSec).toBe(86_010);
  });

  it.each([
    ['a guard that demands it', { demand: 'hold', isClean: false }],
    ['what is unknown', { isClean: false }],
    ['downtime', { nowSec: NOW + 1000 }],
    ['a missing approval', { approvedSec: undefined }],
  ] as const)('begins to count again with %s', (_what, changes) => {
    const held = baking().cycle({ demand: 'hold', isClean: false }).cycles(5);
    expect(held.state.freshCycles).toBe(5);
    expect(held.cycle(changes).state).toMatchObject({ name: 'holding', freshCycles: 0, holdCause: 'guard' });
  });

  it('counts fresh cycles in a hold alone', () => {
    expect(IN_STATE.ready().cycle({ isNextApproved: false }).state.freshCycles).toBe(0);
  });

  it('of a person lasts until a person resumes', () => {
    const held = baking().take({ kind: 'hold' }).cycles(50);
    expect(held.state).toMatchObject({ name: 'holding', holdCause: 'command', freshCycles: 0 });
    expect(held.take({ kind: 'resume' }).state).toMatchObject({ name: 'baking', stage: 0, bakedSec: 86_000 });
    const both = baking().cycle({ demand: 'hold', isClean: false }).take({ kind: 'hold' });
    expect(both.state).toMatchObject({ holdCause: 'command', sinceSec: NOW + 10 });
    expect(both.cycles(50).state.name).toBe('holding');
  });

  it('goes down a stage when it is too long, again and again, and at last off', () => {
    const held = baking({ stage: 2, blend: 1 }).take({ kind: 'hold' });
    const stuck = { demand: 'hold', isClean: false } as const;
    expect(held.cycle(stuck, HOUR).last.move).toBeUndefined();
    expect(held.cycle(stuck, 1).last.move).toBe('step_down');
    expect(held.state).toMatchObject({ name: 'holding', stage: 1, blend: 1, bakedSec: 0, bakedPeriods: 0, sinceSec: held.nowSec, harmSec: held.nowSec }); // prettier-ignore
    expect(held.cycle(stuck).last.move).toBe('slew');
    expect(held.cycles(9, stuck).state.blend).toBeCloseTo(0.5);
    expect(held.cycles(5, stuck).state.blend).toBe(0.5);
    expect(held.cycle(stuck, HOUR).state).toMatchObject({ name: 'holding', stage: 0 });
    expect(held.cycle(stuck, HOUR + 1).state).toMatchObject({ name: 'off', blend: 0, bakedSec: 0, restarting: false });
  });
});

it('a hold goes down a stage also while its approval is missing', () => {
  expect(IN_STATE.holding().cycle({ approvedSec: undefined }, 2 * HOUR).last.move).toBe('step_down');
});

describe('an approval', () => {
  it.each(['baking', 'ready', 'done'] as const)('that is revoked holds in state %s', (name) => {
    const walk = IN_STATE[name]().cycle({ approvedSec: undefined });
    expect(walk.last).toMatchObject({ move: 'revoke', state: { name: 'holding', holdCause: 'approval' } });
    expect(walk.cycles(20, { approvedSec: undefined }).state.name).toBe('holding');
    expect(walk.cycles(10, { approvedSec: walk.nowSec }).state.name).toBe('baking');
  });

  it('of the last stage expires', () => {
    const DAYS = 30 * 86_400;
    const done = () => IN_STATE.done();
    expect(done().cycle({ approvedSec: NOW + 10 - DAYS }).state.name).toBe('done');
    const expired = done().cycle({ approvedSec: NOW + 9 - DAYS });
    expect(expired.state).toMatchObject({ name: 'holding', holdCause: 'approval', stage: 2, blend: 1 });
    expect(expired.cycles(20, { approvedSec: NOW + 9 - DAYS }).state).toMatchObject({
      name: 'holding',
      freshCycles: 0,
    });
    expect(expired.cycles(10, { approvedSec: NOW }).state.name).toBe('baking');
  });

  it('does not expire before the last stage is done', () => {
    expect(baking({ holdCause: 'approval' }).cycle({ approvedSec: 1 }).state.name).toBe('baking');
    expect(baking().cycle({ approvedSec: 1 }).state.name).toBe('baking');
    expect(baking().cycle({ demand: 'hold', isClean: false }).cycles(10, { approvedSec: 1 }).state.name).toBe('baking');
  });
});

describe('another policy', () => {
  it.each(['baking', 'ready', 'done'] as const)('goes back to the first stage from %s, from blend 0', (name) => {
    const walk = IN_STATE[name]().cycle({ policy: 'policy-2' });
    const { blend } = walk.state;
    expect(walk.last).toMatchObject({
      move: 'restart',
      state: { name: 'baking', stage: 0, restarting: true, policy: 'policy-2', evidenceSec: NOW + 10, harmSec: NOW + 10, bakedSec: 0, bakedPeriods: 0 },
    }); // prettier-ignore
    const blends: number[] = [];
    for (let i = 0; i < 60; i += 1) blends.push(walk.cycle({ policy: 'policy-2' }).state.blend);
    const lowest = blends.indexOf(0);
    expect(lowest).toBe(Math.round(blend / 0.05) - 1);
    expect(blends.slice(lowest).map((each) => each.toFixed(2))).toEqual(['0.00', '0.05', '0.10', '0.15', ...Array.from({ length: 56 - lowest }, () => '0.20')]); // prettier-ignore
  });

  it('leaves a hold as it is, and begins after reduce_only', () => {
    expect(IN_STATE.holding().cycle({ policy: 'p' }).state).toMatchObject({
      name: 'holding',
      stage: 0,
      restarting: true,
    });
    // The first stage has other symbols: those that left the cohort would rise to their base.
    const reduced = baking({ name: 'reduce_only', stage: 2, blend: 1 }).cycle({ policy: 'p' });
    expect(reduced.state).toMatchObject({ name: 'reduce_only', stage: 2, policy: 'policy-1' });
    const retried = reduced.take({ kind: 'retry' }).cycle({ policy: 'p' });
    expect(retried.state).toMatchObject({ name: 'holding', stage: 0, restarting: true, policy: 'p' });
  });

  it('is none while it is unknown', () => {
    expect(baking().cycle({ policy: undefined }).state).toMatchObject({ policy: 'policy-1', bakedSec: 86_010 });
  });

  it('that comes before anything is blended needs no way to 0', () => {
    expect(baking({ blend: 0 }).cycle({ policy: 'policy-2' }).state).toMatchObject({ restarting: false, policy: 'policy-2' }); // prettier-ignore
  });
});

describe('done', () => {
  it('lasts, and tests for harm anew after 30 days', () => {
    const done = () => IN_STATE.done();
    expect(done().cycle({ approvedSec: NOW + 30 * 86_400 }, 30 * 86_400).last.move).toBeUndefined();
    const later = done().cycle({ approvedSec: NOW + 30 * 86_400 }, 30 * 86_400 + 1);
    expect(later.last).toMatchObject({ move: 'harm_anew', state: { name: 'done', harmSec: later.nowSec, sinceSec: NOW, evidenceSec: NOW - 900_000 } }); // prettier-ignore
  });
});

/** What every command does in every state: the state that follows, or `-` where it is refused. */
const COMMANDS: Record<string, Record<RolloutStateName, RolloutStateName | '-'>> = {
  kill: { off: 'killed', baking: 'killed', ready: 'killed', holding: 'killed', reduce_only: 'killed', rolled_back: 'killed', done: 'killed', killed: 'killed' },
  rollback: { off: 'rolled_back', baking: 'rolled_back', ready: 'rolled_back', holding: 'rolled_back', reduce_only: 'rolled_back', rolled_back: 'rolled_back', done: 'rolled_back', killed: 'killed' },
  reduce_only: { off: 'off', baking: 'reduce_only', ready: 'reduce_only', holding: 'reduce_only', reduce_only: 'reduce_only', rolled_back: 'rolled_back', done: 'reduce_only', killed: 'killed' },
  hold: { off: 'off', baking: 'holding', ready: 'holding', holding: 'holding', reduce_only: 'reduce_only', rolled_back: 'rolled_back', done: 'holding', killed: 'killed' },
  resume: { off: '-', baking: '-', ready: '-', holding: 'baking', reduce_only: '-', rolled_back: '-', done: '-', killed: '-' },
  retry: { off: '-', baking: '-', ready: '-', holding: '-', reduce_only: 'holding', rolled_back: 'baking', done: '-', killed: '-' },
  clear: { off: '-', baking: '-', ready: '-', holding: '-', reduce_only: '-', rolled_back: '-', done: '-', killed: 'off' },
  takeover: { off: 'off', baking: 'baking', ready: 'baking', holding: 'holding', reduce_only: 'reduce_only', rolled_back: 'rolled_back', done: 'done', killed: 'killed' },
}; // prettier-ignore

describe.each(Object.entries(COMMANDS))('the command %s', (kind, answers) => {
  it.each(ROLLOUT_STATES)('in state %s', (name) => {
    const walk = IN_STATE[name]();
    const before = walk.state;
    const { state, refused } = walk.take({ kind: kind as 'kill' }).last;
    if (answers[name] === '-') {
      expect(refused).toBe(`${kind} is not possible in state ${name}`);
      expect(state).toBe(before);
    } else {
      expect(refused).toBeUndefined();
      expect(state.name).toBe(answers[name]);
      if (state.name !== name) expect(state.sinceSec).toBe(NOW + 10);
    }
  });

  it('changes nothing the second time', () => {
    const walk = baking().take({ kind: kind as 'kill' });
    const { state } = walk;
    const second = walk.take({ kind: kind as 'kill' }).state;
    // The bake begins with the last takeover.
    expect(second).toEqual(kind === 'takeover' ? { ...state, cycleSec: walk.nowSec } : state);
  });
});

describe('start', () => {
  it('needs an approved plan that is there', () => {
    const start = { kind: 'start', plan: 'plan-1' } as const;
    expect(new Walk().take({ ...start, isApproved: false }).last).toMatchObject({ refused: 'the plan is not approved', state: { name: 'off' } });
    expect(new Walk().take({ ...start, plan: 'plan-2' }).last.refused).toBe('the plan is not there');
    const event = { ...start, nowSec: NOW, epoch: 7, policy: 'p', isApproved: true, evidenceSec: 0 };
    expect(next(initialState(7), event, undefined).refused).toBe('the plan is not there');
    expect(next(initialState(7), event, { ...rules, stages: [] }).refused).toBe('the plan is not there');
  }); // prettier-ignore

  it.each(['holding', 'reduce_only', 'killed'] as const)('is refused in state %s', (name) => {
    expect(IN_STATE[name]().take({ kind: 'start' }).last.refused).toBe(`start is not possible in state ${name}`);
  });

  it('is refused for the plan that runs', () => {
    expect(baking().take({ kind: 'start' }).last.refused).toBe('the plan is running');
    expect(baking({ name: 'off', blend: 0 }).take({ kind: 'start' }).state.name).toBe('baking');
  });

  it('of another plan goes back to the first stage, from blend 0, with evidence from zero', () => {
    const walk = baking({ plan: 'plan-0', stage: 2, blend: 1 }).take({ kind: 'start' });
    expect(walk.state).toMatchObject({ name: 'baking', plan: 'plan-1', stage: 0, blend: 1, restarting: true, epoch: 9, evidenceSec: NOW + 10, bakedSec: 0 }); // prettier-ignore
    expect(walk.cycles(20).state).toMatchObject({ blend: 0, restarting: false });
  });

  it('after a rollback has evidence from zero, as a retry has', () => {
    expect(IN_STATE.rolled_back().take({ kind: 'start' }).state).toMatchObject({ evidenceSec: NOW + 10, epoch: 9 });
    expect(IN_STATE.rolled_back().take({ kind: 'retry' }).state).toMatchObject({
      name: 'baking', stage: 0, blend: 0, epoch: 8, evidenceSec: NOW + 10, harmSec: NOW + 10, bakedSec: 0,
    }); // prettier-ignore
    const never = new Walk().take({ kind: 'rollback' }).take({ kind: 'retry' });
    expect(never.last).toMatchObject({ refused: 'no plan has been started', state: { name: 'rolled_back' } });
  });

  it('takes the first epoch from the time', () => {
    expect(new Walk(initialState(null)).take({ kind: 'start' }).state.epoch).toBe((NOW + 10) * 1000);
    expect(new Walk(initialState(0)).take({ kind: 'start' }).state.epoch).toBe(1);
  });
});

describe('the epoch', () => {
  it('is increased by rollback, and by a kill that is not the operator’s own', () => {
    expect(baking().take({ kind: 'rollback' }).state).toMatchObject({ epoch: 9, blend: 0, bakedSec: 0 });
    expect(baking().cycle({ demand: 'kill', isClean: false }).state).toMatchObject({
      name: 'killed',
      epoch: 9,
      blend: 0,
    });
  });

  it.each([9, 7, null])('that is %p in Redis kills, whatever happens', (epoch) => {
    for (const name of ROLLOUT_STATES) {
      for (const kind of ['cycle', 'start', 'resume', 'rollback', 'retry'] as const) {
        const walk = IN_STATE[name]();
        const foreign = name === 'off' && epoch === 7 ? 6 : epoch;
        walk.epoch = foreign;
        expect([name, kind, walk.take({ kind }).state.name]).toEqual([name, kind, 'killed']);
        if (name !== 'killed') expect(walk.state).toMatchObject({ epoch: foreign, blend: 0, restarting: false });
      }
    }
  });

  it('of a killed rollout is taken as it is once a person clears it, and everything is forgotten', () => {
    const walk = IN_STATE.killed();
    walk.epoch = 41;
    expect(walk.take({ kind: 'clear' }).state).toMatchObject({
      name: 'off',
      epoch: 41,
      plan: '',
      policy: '',
      stage: 0,
    });
  });
});

describe('precedence', () => {
  it('has the moves of a cycle in the order of all moves', () => {
    const names = cycleMoves.map(([move]) => move);
    expect(names).toEqual(MOVES.filter((move) => names.includes(move)));
  });

  const all = { approvedSec: undefined, policy: 'policy-2' };
  it.each<[Move, Parameters<Walk['cycle']>[0]]>([
    ['kill', { ...all, demand: 'kill' }],
    ['rollback', { ...all, demand: 'rollback' }],
    ['reduce_only', { ...all, demand: 'reduce_only' }],
    ['hold', { ...all, demand: 'hold' }],
    ['revoke', all],
    ['restart', { policy: 'policy-2' }],
    ['slew', {}],
  ])('is with %s', (move, event) => {
    expect(baking({ blend: 0.1 }).cycle(event).last.move).toBe(move);
  });

  it('is with the step down before the slew, and with that before the end of a hold', () => {
    const held = baking({ name: 'holding', stage: 1, blend: 1, sinceSec: NOW - 1e6, freshCycles: 99 });
    expect(held.cycle().last.move).toBe('step_down');
    expect(held.cycle().last.move).toBe('slew');
    expect(baking({ name: 'holding', sinceSec: NOW, freshCycles: 99 }).cycle().last.move).toBe('resume');
  });
});

describe('a plan that is not there', () => {
  const event = {
    kind: 'cycle', nowSec: NOW + 10, epoch: 8, isClean: true, hasLapsed: false, policy: 'p', closedPeriods: 1,
    shown: { non_inferior: true, superior: true }, approvedSec: NOW, isNextApproved: true,
  } as const; // prettier-ignore
  const cycle = (demand: 'none' | 'hold' | 'reduce_only' | 'rollback' | 'kill') => next(baking().state, { ...event, demand }, undefined);

  it('leaves a hold of a person to the person', () => {
    const held = IN_STATE.holding().take({ kind: 'hold' }).state;
    const { state } = next(held, { ...event, nowSec: NOW + 20, demand: 'hold' }, undefined);
    expect(state).toMatchObject({ name: 'holding', holdCause: 'command' });
  });

  it('moves nothing but what lowers risk', () => {
    expect(cycle('none')).toEqual({ state: baking().state, move: undefined });
    for (const demand of ['hold', 'reduce_only', 'rollback', 'kill'] as const) expect(cycle(demand).move).toBe(demand);
  });
}); // prettier-ignore

describe('a way to blend 0', () => {
  it('ends where nothing is published any more', () => {
    const restarting = (changes: object = {}) => baking({ restarting: true, ...changes });
    expect(restarting().take({ kind: 'rollback' }).state.restarting).toBe(false);
    expect(restarting().take({ kind: 'kill' }).state.restarting).toBe(false);
    expect(restarting({ name: 'holding', sinceSec: NOW - 1e6 }).cycle().state).toMatchObject({
      name: 'off',
      restarting: false,
    });
  });
});

describe('a way to blend 0 whose keys lapse', () => {
  it.each(['baking', 'holding'] as const)('is over, and the stage gets to its blend, from %s', (name) => {
    const walk = baking({ name, restarting: true, sinceSec: NOW }).cycle({ hasLapsed: true });
    expect(walk.cycles(20).state).toMatchObject({ name: 'baking', restarting: false, blend: 0.2 });
  });
});

describe('a hold of a person', () => {
  it('outlives a reduce_only, and its retry', () => {
    const held = baking().take({ kind: 'hold' });
    held.cycle({ demand: 'reduce_only', isClean: false }).take({ kind: 'retry' });
    expect(held.cycles(20).state).toMatchObject({ name: 'holding', holdCause: 'command' });
  });

  it('given within reduce_only is the one that its retry leads to', () => {
    const held = baking().cycle({ demand: 'reduce_only', isClean: false }).take({ kind: 'hold' });
    expect(held.last).toMatchObject({ move: 'hold', state: { name: 'reduce_only' } });
    held.cycle({ demand: 'hold', isClean: false });
    expect(held.last.move).toBeUndefined();
    held.take({ kind: 'retry' });
    expect(held.cycles(20).state).toMatchObject({ name: 'holding', holdCause: 'command' });
  });

  it('that is over is no cause of a later one', () => {
    const resumed = baking().take({ kind: 'hold' }).take({ kind: 'resume' });
    const held = resumed.cycle({ demand: 'reduce_only', isClean: false }).take({ kind: 'retry' });
    expect(held.state).toMatchObject({ name: 'holding', holdCause: 'guard' });
    expect(held.cycles(20).state.name).toBe('baking');
  });
});

describe('a stage that the plan does not have', () => {
  it('has no blend, and no way up', () => {
    expect(baking({ stage: 9 }).cycle().state).toMatchObject({
      name: 'baking',
      stage: 9,
      blend: expect.closeTo(0.15) as unknown,
    });
    expect(baking({ stage: 9, blend: 0 }).cycle().last).toMatchObject({ move: undefined, state: { name: 'baking' } });
  });
});

describe('a takeover', () => {
  it('lets a full bake follow', () => {
    expect(baking().take({ kind: 'takeover' }).state).toMatchObject({ name: 'baking', bakedSec: 0, bakedPeriods: 0, blend: 0.2, stage: 0 }); // prettier-ignore
    expect(IN_STATE.ready().take({ kind: 'takeover' }).state).toMatchObject({ name: 'baking', bakedSec: 0, stage: 0 });
    expect(baking({ name: 'holding', freshCycles: 7 }).take({ kind: 'takeover' }).state.freshCycles).toBe(0);
  });

  it('does not bake the time since the last cycle', () => {
    const taken = baking({ bakedSec: 86_400 }).take({ kind: 'takeover' }, 25).cycle({}, 0);
    expect(taken.state).toMatchObject({ name: 'baking', bakedSec: 0, bakedPeriods: 0 });
    expect(taken.cycle().state.bakedSec).toBe(10);
  });
});

describe('a state as text', () => {
  it('is read back to the bit', () => {
    for (const name of ROLLOUT_STATES) {
      const state = { ...IN_STATE[name]().state, blend: 0.1 + 0.2, bakedSec: 1 / 3 };
      expect(parseRolloutState(encodeRolloutState(state))).toStrictEqual(state);
    }
  });

  it.each([
    '', 'x', 'null', '[]', '{}',
    JSON.stringify({ ...initialState(1), version: 2 }),
    JSON.stringify({ ...initialState(1), name: 'running' }),
    JSON.stringify({ ...initialState(1), blend: 1.1 }),
    JSON.stringify({ ...initialState(1), stage: -1 }),
    JSON.stringify({ ...initialState(1), epoch: '1' }),
    JSON.stringify({ ...initialState(1), bakedSec: NaN }),
    JSON.stringify({ ...initialState(1), more: 1 }),
  ])('is none if it is %s', (text) => {
    expect(parseRolloutState(text)).toBeUndefined();
  }); // prettier-ignore
});
