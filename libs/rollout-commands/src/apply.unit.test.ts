import { describe, expect, it } from '@jest/globals';
import {
  HOLD_CAUSES,
  initialState,
  next,
  planText,
  rulesOf,
  ROLLOUT_STATES,
  type RolloutState,
} from '@quantum/rollout-plan';
import fc from 'fast-check';
import { approve, examplePlan, HASH, NOW, Office, PLAN, sha256, TEXT } from './example.test-support.js';
import {
  applyCommand,
  COMMAND_NAMES,
  EMPTY_DESK,
  encodeDesk,
  excludedOf,
  lastIdOf,
  lowersRisk,
  markRead,
  parseDesk,
  REFUSAL_TEXT,
  REFUSALS,
  seenState,
  type RefusalCode,
  type RolloutCommand,
} from './index.js';

const half = PLAN.stages[1]!;
const running = (name: RolloutState['name']): RolloutState => ({ ...initialState(7), name, plan: HASH, policy: 'policy-1' }); // prettier-ignore
const holding = (holdCause: RolloutState['holdCause']): RolloutState => ({ ...running('holding'), holdCause });

describe('a plan', () => {
  it('is stored as its canonical text, under its hash, with its proposer', () => {
    const office = new Office();
    const { storePlan, refusal } = office.take('ana', { command: 'submit', plan_json: JSON.stringify(PLAN, null, 2) });
    expect([storePlan, refusal]).toEqual([{ hash: HASH, text: TEXT }, undefined]);
    expect(office.desk.plans).toEqual([{ hash: HASH, proposer: 'ana', atSec: NOW, excluded: [] }]);
  });

  it('is stored again where its text is lost, and keeps proposer, approvals and exclusions', () => {
    const office = Office.submitted();
    office.take('ben', approve('half'));
    office.take('ben', { command: 'exclude', symbols: '["BTCUSDT"]' });
    const { plans, approvals } = office.desk;
    const { storePlan, refusal } = office.take('ben', { command: 'submit', plan_json: TEXT }, { planOf: () => undefined }); // prettier-ignore
    expect([storePlan, refusal]).toEqual([{ hash: HASH, text: TEXT }, undefined]);
    expect(office.desk).toMatchObject({ plans, approvals });
  });

  it('starts without approvals where its first stage needs none', () => {
    const { event } = Office.submitted().take('ana', { command: 'start', plan: HASH });
    expect(event).toMatchObject({ kind: 'start', plan: HASH, policy: 'policy-1', isApproved: true, epoch: 7, nowSec: NOW }); // prettier-ignore
    expect(next(initialState(7), event!, rulesOf(PLAN, HASH, 10))).toMatchObject({ move: 'start' });
  });

  it('is pushed out by 32 newer ones with its approvals, unless it runs', () => {
    const submitMore = (office: Office) => {
      for (let i = 0; i < 32; i += 1)
        office.take('ana', { command: 'submit', plan_json: planText(examplePlan(`p${i}`)) });
      return office.desk;
    };
    const office = Office.submitted();
    office.take('ben', approve('half'));
    const { plans, approvals } = submitMore(office);
    expect([plans.length, plans.some(({ hash }) => hash === HASH), approvals]).toEqual([32, false, []]);
    const other = Object.assign(Office.submitted(), { state: running('baking') });
    expect(submitMore(other).plans.some(({ hash }) => hash === HASH)).toBe(true);
  });
});

describe('an excluded symbol', () => {
  it('stays excluded from every plan that was there, not from a later one', () => {
    const office = Object.assign(Office.submitted(), { state: running('holding') });
    expect(office.take('ben', { command: 'exclude', symbols: '["BTCUSDT","TYPO"]' }).refusal).toBeUndefined();
    office.take('ben', { command: 'submit', plan_json: planText(examplePlan('next')) });
    expect(office.desk.plans.map(({ hash }) => [...excludedOf(office.desk, hash)])).toEqual([['BTCUSDT'], []]);
  });

  it('is kept where the text of a plan cannot be read', () => {
    const office = Office.submitted();
    office.take('ben', { command: 'exclude', symbols: '["OTHER"]' }, { planOf: () => undefined });
    expect([...excludedOf(office.desk, HASH)]).toEqual(['OTHER']);
  });
});

describe('a refusal', () => {
  const submit = { command: 'submit', plan_json: TEXT };
  const id = (afterSec: number) => ({ id: `${(NOW + afterSec) * 1000}-0` });
  const CASES: Record<RefusalCode, [user: string, fields: Record<string, string>, given?: object, state?: RolloutState][]> = {
    unknown_command: [['ben', {}], ['ben', { command: 'kill' }], ['ben', { command: 'constructor' }]],
    invalid_field: [['ben', { command: 'start' }], ['ben', { ...approve('half'), evidence: 'none' }], ['ben', { command: 'exclude', symbols: 'BTCUSDT' }]],
    repeated: [['ana', { command: 'rollback' }, id(-1)], ['ana', { command: 'rollback' }, { id: 'x' }]],
    too_old: [['ben', approve('half'), id(-901)], ['ben', { command: 'start', plan: HASH }, { nowSec: NaN }]],
    from_future: [['ben', approve('half'), id(901)]],
    invalid_plan: [['ben', { command: 'submit', plan_json: '{}' }], ['ben', { ...submit, plan_json: planText(examplePlan('new')) }, { isKnownSymbol: () => false }]],
    wrong_hash: [['ben', { ...submit, plan: '000000000000' }]],
    already_submitted: [['ben', submit]],
    unknown_plan: [['ben', approve('half', '000000000000')], ['ben', { command: 'start', plan: '000000000000' }], ['ben', approve('half'), { planOf: () => undefined }]],
    unknown_stage: [['ben', approve('third')]],
    own_plan: [['ana', approve('half')]],
    no_approval: [['ben', { command: 'revoke', plan: HASH }]],
    no_policy: [['ben', { command: 'start', plan: HASH }, { policy: undefined }]],
    not_approved: [['ben', { command: 'start', plan: HASH }, { planOf: () => ({ ...PLAN, stages: [half] }) }]],
    already_running: [['ben', { command: 'start', plan: HASH }, {}, running('holding')]],
    other_plan: [['ben', { command: 'resume', plan: '000000000000' }, {}, running('holding')]],
    other_epoch: [
      ['ben', { command: 'retry', plan: HASH, epoch: '6' }, {}, running('reduce_only')],
      ['ben', { command: 'retry', epoch: '6' }, {}, running('rolled_back')],
      ['ben', { command: 'resume', epoch: '6' }, {}, running('holding')],
      ['ben', { command: 'clear', epoch: '6' }, {}, running('killed')],
      ['ben', { command: 'clear', epoch: '7' }, { epoch: null }, running('killed')],
      ['ben', { command: 'clear', epoch: 'none' }, {}, running('killed')],
      ['ben', { command: 'start', plan: HASH, epoch: '6' }],
      ['ben', { command: 'start', plan: HASH, epoch: 'none' }],
    ],
    other_state: [
      ['ben', { command: 'resume', plan: HASH, epoch: '7', seen: 'holding_guard' }, {}, holding('command')],
      ['ben', { command: 'resume', seen: 'baking' }, {}, holding('command')],
      ['ben', { command: 'resume', seen: 'holding_command' }, {}, holding('approval')],
      ['ben', { command: 'retry', epoch: '7', seen: 'rolled_back' }, {}, running('reduce_only')],
    ],
    unknown_symbol: [['ben', { command: 'exclude', symbols: '["TYPO"]' }]],
    not_possible: [
      ['ben', { command: 'resume' }],
      ['ben', { command: 'retry', plan: HASH }, {}, running('baking')],
      ['ben', { command: 'clear' }, {}, running('rolled_back')],
      ['ben', { command: 'start', plan: HASH }, {}, running('killed')],
    ],
  }; // prettier-ignore

  it.each(REFUSALS.flatMap((code) => CASES[code].map((one) => [code, ...one] as const)))(
    'is %s for %s %j',
    (code, user, fields, given = {}, state = initialState(7)) => {
      const office = Object.assign(Office.submitted(), { state });
      const before = office.desk;
      const { refusal, event, storePlan } = office.take(user, fields, given);
      expect([refusal, event, storePlan]).toEqual([code, undefined, undefined]);
      expect({ ...office.desk, lastIds: before.lastIds }).toEqual(before);
    },
  );

  it('has a text', () => {
    expect(Object.keys(REFUSAL_TEXT)).toEqual(REFUSALS);
  });
});

describe('a resume', () => {
  const DAY_SEC = 86_400;
  const resumed = (stage: number, approver: 'ben' | 'ana', afterDays: number, holdCause: RolloutState['holdCause']) => {
    const office = Object.assign(Office.submitted(), { state: { ...holding(holdCause), stage } });
    if (approver === 'ben') for (const each of ['half', 'full']) office.take('ben', approve(each));
    office.take('cat', approve('full'));
    office.nowSec += afterDays * DAY_SEC;
    return office.take('ana', { command: 'resume' }).refusal;
  };

  it.each(HOLD_CAUSES)('of a hold by %s needs the approvals of its stage', (cause) => {
    expect([resumed(0, 'ana', 0, cause), resumed(1, 'ben', 0, cause)]).toEqual([undefined, undefined]);
    expect([resumed(1, 'ana', 0, cause), resumed(2, 'ana', 0, cause)]).toEqual(['not_approved', 'not_approved']);
  });

  it.each(HOLD_CAUSES)('of a hold by %s at the last stage needs recent ones', (cause) => {
    expect([resumed(2, 'ben', 30, cause), resumed(2, 'ben', 30.001, cause)]).toEqual([undefined, 'not_approved']);
    expect(resumed(1, 'ben', 31, cause)).toBeUndefined();
  });
});

it('a retry after a rollback needs the approvals of the first stage, recent ones where it is the last', () => {
  const retried = (stages: typeof PLAN.stages, approvers: readonly string[], afterDays: number) => {
    const office = Object.assign(Office.submitted(), { state: running('rolled_back') });
    for (const user of approvers) office.take(user, approve('half'));
    office.nowSec += afterDays * 86_400;
    return office.take('ana', { command: 'retry' }, { runningPlan: { ...PLAN, stages } }).refusal;
  };
  expect([retried([half], ['ben'], 30), retried([half], ['ben'], 30.001)]).toEqual([undefined, 'not_approved']);
  expect([retried([half], [], 0), retried([half, half], ['ben'], 31)]).toEqual(['not_approved', undefined]);
  expect(retried(PLAN.stages, [], 31)).toBeUndefined();
});

describe('a start', () => {
  it('needs approvals of users that are listed', () => {
    const office = Office.submitted();
    const planOf = () => ({ ...PLAN, stages: [half] });
    office.take('cat', approve('half'));
    const started = (users: readonly string[]) =>
      office.take('ben', { command: 'start', plan: HASH }, { planOf, users });
    expect(started(['ana', 'ben']).refusal).toBe('not_approved');
    expect(started(['ana', 'ben', 'cat']).event).toMatchObject({ kind: 'start' });
  });
});

describe('a command that goes on', () => {
  it.each([
    [{ command: 'resume' }, holding('command')],
    [{ command: 'resume', epoch: '7', seen: 'holding_command' }, holding('command')],
    [{ command: 'resume', seen: 'holding_guard' }, holding('guard')],
    [{ command: 'retry', seen: 'reduce_only' }, running('reduce_only')],
    [{ command: 'clear', epoch: '7', seen: 'x' }, running('killed')],
  ])('is accepted where its author saw what is there, or does not say: %j', (fields, state) => {
    const office = Object.assign(Office.submitted(), { state });
    expect(office.take('ben', fields as Record<string, string>)).toMatchObject({ event: { kind: fields.command } });
  });

  it('is accepted where its author saw no epoch, and there is none', () => {
    const state = { ...running('killed'), epoch: null };
    const office = Object.assign(Office.submitted(), { state });
    const { event } = office.take('ben', { command: 'clear', epoch: 'none' }, { epoch: null });
    expect(event).toMatchObject({ kind: 'clear', epoch: null });
  });

  it('does so only from the state that its author saw', () => {
    const any = fc.constantFrom(...ROLLOUT_STATES).chain((name) => fc.constantFrom(...HOLD_CAUSES).map((holdCause) => ({ ...running(name), holdCause }))); // prettier-ignore
    fc.assert(
      fc.property(fc.constantFrom('resume', 'retry'), any, any, (command, seen, state) => {
        const isSeen = seen.name === state.name && (seen.name !== 'holding' || seen.holdCause === state.holdCause);
        const take = (fields: object) =>
          Object.assign(Office.submitted(), { state }).take('ben', { command, ...fields });
        expect(take({ seen: seenState(seen) }).refusal).toBe(isSeen ? take({}).refusal : 'other_state');
      }),
    );
  });
});

describe('a command that lowers risk', () => {
  const lowering = COMMAND_NAMES.filter(lowersRisk);

  it('is one of five', () => {
    expect(lowering).toEqual(['revoke', 'hold', 'rollback', 'reduce_only', 'exclude']);
  });

  it.each([-900, 0, 900])('is as any other %d s from now', (afterSec) => {
    const office = Office.submitted();
    expect(office.take('ben', approve('half'), { id: `${(NOW + afterSec) * 1000}-9` }).refusal).toBeUndefined();
  });

  it.each([-86_400, -901, 901, 86_400])('is not refused for its time, %d s from now; all others are', (afterSec) => {
    const refused = COMMAND_NAMES.filter((name) => {
      const command: RolloutCommand = { id: `${(NOW + afterSec) * 1000}-0`, user: 'ben', atSec: NOW + afterSec, name, plan: HASH, stage: 'half', symbols: ['BTCUSDT'], reason: '' }; // prettier-ignore
      const { refusal } = applyCommand(EMPTY_DESK, command, Office.submitted().context);
      return refusal === 'too_old' || refusal === 'from_future';
    });
    expect(refused).toEqual(COMMAND_NAMES.filter((name) => !lowersRisk(name)));
  });

  it.each(ROLLOUT_STATES)('is accepted in state %s if it is rollback, reduce_only or hold', (name) => {
    for (const command of ['rollback', 'reduce_only', 'hold']) {
      const office = Object.assign(new Office(), { state: { ...running(name), plan: '' } });
      const { refusal, event } = office.take(
        'ben',
        { command, plan: '000000000000' },
        { policy: undefined, id: '1-0' },
      );
      expect([refusal, event]).toEqual([undefined, { kind: command, nowSec: NOW, epoch: 7 }]);
    }
  });

  it('is accepted also if its author saw another plan', () => {
    const office = Object.assign(Office.submitted(), { state: running('baking') });
    for (const name of ['rollback', 'reduce_only', 'hold'] as const) {
      const command: RolloutCommand = { id: `${NOW * 1000}-9`, user: 'ben', atSec: NOW, name, plan: '000000000000', reason: '' }; // prettier-ignore
      expect(applyCommand(office.desk, command, office.context)).toMatchObject({ event: { kind: name } });
    }
  });
});

describe('the desk', () => {
  it('reads an entry once, and never goes back', () => {
    const office = Office.submitted();
    office.take('ben', { command: 'hold' }, { id: `${NOW * 1000}-9` });
    expect(lastIdOf(office.desk, 'ben')).toBe(`${NOW * 1000}-9`);
    expect(office.take('ben', { command: 'hold' }, { id: `${NOW * 1000}-9` }).refusal).toBe('repeated');
    expect(office.take('ben', { command: 'hold' }, { id: `${NOW * 1000}-10` }).refusal).toBeUndefined();
    expect(markRead(office.desk, 'ben', `${NOW * 1000}-9`)).toBe(office.desk);
    expect(lastIdOf(markRead(office.desk, 'ben', `${NOW * 1000}-11`), 'ben')).toBe(`${NOW * 1000}-11`);
    expect([lastIdOf(office.desk, 'cat'), lastIdOf(office.desk, '__proto__')]).toEqual(['0-0', '0-0']);
  });

  it.each(['', '{}', 'null', '[]', '{"version":2,"plans":[],"approvals":[],"lastIds":[]}'])('is not %j', (text) => {
    expect(parseDesk(text)).toBeUndefined();
  });

  it('answers any command in any state, and stays the same to the bit as text', () => {
    const user = fc.oneof(fc.constantFrom('ana', 'ben', '__proto__'), fc.string({ maxLength: 32 }));
    const command = fc.record({
      id: fc.oneof(fc.string(), fc.tuple(fc.nat(), fc.nat()).map(([ms, seq]) => `${NOW * 1000 + ms}-${seq}`)),
      user,
      atSec: fc.oneof(fc.double(), fc.integer({ min: -2000, max: 2000 }).map((after) => NOW + after)),
      name: fc.constantFrom(...COMMAND_NAMES),
      reason: fc.string(),
    }); // prettier-ignore
    const own = fc.record({ plan: fc.constantFrom(HASH, '', 'x'), planText: fc.oneof(fc.constant(TEXT), fc.string(), fc.json()), stage: fc.constantFrom('half', 'x'), evidence: fc.string(), symbols: fc.array(fc.constantFrom('BTCUSDT', 'X', '__proto__')) }, { requiredKeys: [] }); // prettier-ignore
    fc.assert(
      fc.property(
        fc.array(fc.tuple(command, own), { maxLength: 8 }),
        fc.constantFrom(...ROLLOUT_STATES),
        fc.oneof(fc.constant(NOW), fc.double()),
        fc.option(fc.nat(), { nil: null }),
        (commands, name, nowSec, epoch) => {
          const office = Object.assign(Office.submitted(), { state: running(name) });
          for (const [common, rest] of commands) {
            const context = { ...office.context, nowSec, epoch };
            const { desk, event, refusal } = applyCommand(office.desk, { ...common, ...rest }, context);
            expect(event !== undefined && refusal !== undefined).toBe(false);
            if (event) expect(next(context.state, event, rulesOf(PLAN, HASH, 10)).refused).toBeUndefined();
            if (Number.isFinite(nowSec)) expect(parseDesk(encodeDesk(desk))).toEqual(desk);
            office.desk = desk;
          }
        },
      ),
    );
  });

  it('names plans by the hash of their text', () => {
    expect(sha256(TEXT)).toMatch(new RegExp(`^${HASH}`));
  });
});
