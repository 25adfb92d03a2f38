import { describe, expect, it } from '@jest/globals';
import { calm, NOW } from './calm.test-support.js';
import {
  DEFAULT_GUARD_LIMITS,
  evaluateGuards,
  type Demand,
  type Evaluation,
  type Finding,
  type Guard,
  type GuardMemories,
} from './index.js';

const finding = (verdict: Finding['verdict'], more: Partial<Finding> = {}): Finding => ({
  verdict,
  value: 1,
  limit: 1,
  n: 1,
  asOfSec: NOW,
  ...more,
});
const guard = (evaluate: () => Finding, changes: Partial<Guard> = {}): Guard => ({
  name: 'slew',
  summary: '',
  onBreach: 'hold',
  onUnknown: 'none',
  unit: 'ratio',
  limits: {},
  evaluate,
  ...changes,
});
const evaluate = (guards: readonly Guard[], nowSec = NOW, memories: GuardMemories = {}): Evaluation =>
  evaluateGuards({ ...calm, nowSec }, DEFAULT_GUARD_LIMITS, memories, 10, guards);
const throws = (): never => {
  throw new Error('no base');
};

describe('an evaluation', () => {
  it.each<[Demand[], Demand]>([
    [[], 'none'],
    [['none', 'hold', 'none'], 'hold'],
    [['rollback', 'hold', 'reduce_only'], 'rollback'],
    [['kill', 'rollback'], 'kill'],
    [['hold', 'reduce_only'], 'reduce_only'],
  ])('of demands %p takes the most severe', (demands, most) => {
    expect(evaluate(demands.map((demand) => guard(() => finding('BREACH', { demand })))).demand).toBe(most);
  });

  it('takes the demand of the guard unless the finding has its own', () => {
    expect(evaluate([guard(() => finding('BREACH'))]).demand).toBe('hold');
    expect(evaluate([guard(() => finding('UNKNOWN'), { onUnknown: 'reduce_only' })]).demand).toBe('reduce_only');
    expect(evaluate([guard(() => finding('UNKNOWN', { demand: 'kill' }))]).demand).toBe('kill');
    expect(evaluate([guard(() => finding('PASS'))]).demand).toBe('none');
  });

  it('is clean only if nothing is unknown and nothing demanded', () => {
    const pass = guard(() => finding('PASS'));
    expect(evaluate([pass, pass]).isClean).toBe(true);
    expect(evaluate([pass, guard(() => finding('UNKNOWN'))]).isClean).toBe(false);
    expect(evaluate([pass, guard(() => finding('BREACH'))]).isClean).toBe(false);
    expect(evaluate([guard(() => finding('BREACH', { demand: 'none', toBase: ['A'] }))]).isClean).toBe(true);
  });

  it('names every symbol that goes to its base', () => {
    const to = (...toBase: string[]) => guard(() => finding('BREACH', { toBase }));
    expect([...evaluate([to('A'), to('B', 'A'), to()]).toBase].sort()).toEqual(['A', 'B']);
  });

  it('does not ask a guard without limits', () => {
    expect(evaluate([guard(throws, { name: 'book_drawdown' })])).toMatchObject({ results: [], mayRenew: true });
  });
});

describe('an exception', () => {
  it('is UNKNOWN with its message, and three in a row hold', () => {
    const first = evaluate([guard(throws)]);
    expect(first).toMatchObject({ demand: 'none', isClean: false });
    expect(first.results).toEqual([
      { guard: 'slew', verdict: 'UNKNOWN', value: undefined, limit: undefined, n: 0, asOfSec: NOW, demand: 'none', error: 'no base' },
    ]); // prettier-ignore
    const second = evaluate([guard(throws)], NOW + 10, first.memories);
    const third = evaluate([guard(throws)], NOW + 20, second.memories);
    expect([second.demand, third.demand]).toEqual(['none', 'hold']);
    const passed = evaluate([guard(() => finding('PASS'))], NOW + 20, second.memories);
    expect(evaluate([guard(throws)], NOW + 30, passed.memories).demand).toBe('none');
  });

  it('keeps a demand above hold', () => {
    const severe = guard(throws, { onUnknown: 'rollback' });
    expect(evaluate([severe], NOW, { slew: { errors: 5, answeredSec: NOW, isBreached: false, breachedSec: undefined } }).demand).toBe('rollback'); // prettier-ignore
  });

  it('has a message also where no error is thrown', () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is tested
    expect(evaluate([guard(() => { throw 'text'; })]).results[0]?.error).toBe('text'); // prettier-ignore
  });
});

describe('the dead-man switch', () => {
  it('renews nothing until every guard has answered, and for three intervals after the last answer', () => {
    const pass = guard(() => finding('PASS'), { name: 'harm' });
    expect(evaluate([pass, guard(throws)]).mayRenew).toBe(false);
    const { memories } = evaluate([pass, guard(() => finding('UNKNOWN'))]);
    const renews = (after: number) => evaluate([pass, guard(throws)], NOW + after, memories).mayRenew;
    expect([0, 10, 30, 30.1, 600].map(renews)).toEqual([true, true, true, false, false]);
    expect(renews(-1)).toBe(false); // the clock was set back
  });

  it('renews nothing while Redis does not answer', () => {
    expect(evaluate([guard(() => finding('UNKNOWN', { stopsRenewal: true }))]).mayRenew).toBe(false);
  });
});

describe('a second breach in a day', () => {
  const breach = guard(() => finding('BREACH'), { onSecondBreach: 'rollback' });
  const pass = guard(() => finding('PASS'), { onSecondBreach: 'rollback' });
  const unknown = guard(() => finding('UNKNOWN'), { onSecondBreach: 'rollback' });
  /** The demands of these evaluations, each `after` seconds after the first. */
  const demands = (...steps: [guard: Guard, after: number][]): Demand[] => {
    let memories: GuardMemories = {};
    return steps.map(([each, after]) => {
      const evaluation = evaluate([each], NOW + after, memories);
      memories = evaluation.memories;
      return evaluation.demand;
    });
  };

  it('demands more than the first', () => {
    expect(demands([breach, 0], [pass, 10], [breach, 20])).toEqual(['hold', 'none', 'rollback']);
    expect(demands([pass, 0], [pass, 10], [unknown, 20], [breach, 30])).toEqual(['none', 'none', 'none', 'hold']);
  });

  it('is none while the first goes on', () => {
    expect(demands([breach, 0], [breach, 10], [unknown, 20], [breach, 30])).toEqual(['hold', 'hold', 'none', 'hold']);
  });

  it('is a first one after a day', () => {
    expect(demands([breach, 0], [pass, 10], [breach, 86_399.9])[2]).toBe('rollback');
    expect(demands([breach, 0], [pass, 10], [breach, 86_400])[2]).toBe('hold');
  });

  it('means nothing to a guard that does not declare it', () => {
    const plain = guard(() => finding('BREACH'));
    expect(demands([plain, 0], [pass, 10], [plain, 20])[2]).toBe('hold');
  });
});
