import { beforeAll, describe, expect, it } from '@jest/globals';
import { finite } from '@quantum/generators';
import fc from 'fast-check';
import { HASH, POLICY } from './cycles.test-support.js';
import { decodeAny, encodeAny } from './any-json.js';
import { decisionFields, parseDecision, parseEvidence, replayRollout, type AuditedStep, type StreamEntry } from './index.js'; // prettier-ignore
import { plan, planAt, rollout } from './rollout.test-support.js';

const started = (cycle: number) => (cycle === 0 ? ('start' as const) : undefined);
let whole: ReturnType<typeof rollout>;
const replay = (audit: readonly AuditedStep[] = whole.audit, evidence: readonly StreamEntry[] = whole.evidence) =>
  replayRollout(audit, evidence, planAt);
const at = (event: string): AuditedStep => whole.audit.find((step) => step.event === event)!;
const withStep = (step: AuditedStep, changes: Partial<AuditedStep>) => whole.audit.map((each) => (each === step ? { ...step, ...changes } : each)); // prettier-ignore
const stateWith = (text: string, changes: Record<string, unknown>) => JSON.stringify({ ...(JSON.parse(text) as object), ...changes }); // prettier-ignore
const withOther = (audit: readonly AuditedStep[], at: number, changes: Record<string, unknown>) => audit.map((step, i) => (i === at ? { ...step, to: stateWith(step.to, changes) } : step)); // prettier-ignore
const fieldsFound = (audit?: readonly AuditedStep[], evidence?: readonly StreamEntry[]) => replay(audit, evidence).differences.map(({ id, field }) => [id, field]); // prettier-ignore
const isDecision = ({ fields }: StreamEntry) => fields.includes('decision');

beforeAll(() => {
  whole = rollout({ cycles: 90, command: (cycle) => started(cycle) ?? ({ 30: 'hold', 32: 'resume', 80: 'takeover', 84: 'rollback' } as const)[cycle] }); // prettier-ignore
});

describe('the replay of a rollout', () => {
  it('computes every verdict and every transition again, to the byte', () => {
    const events = new Set(whole.audit.map(({ event }) => event));
    expect([...events]).toEqual(['start', 'slew', 'advance', 'hold', 'resume', 'takeover', 'rollback']);
    expect(whole.audit.filter(({ event }) => event === 'advance')).toHaveLength(3);
    const found = replay();
    expect(found).toMatchObject({ verified: whole.audit.length, unverified: [], differences: [] });
    expect(found.evidence).toMatchObject({ unreadable: [], differences: [] });
    expect(found.evidence.hours).toBeGreaterThan(26);
  });

  it.each<[string, Parameters<typeof rollout>[0], string]>([
    ['a kill switch', { cycles: 20, killSwitch: (cycle) => (cycle >= 10 ? 'on' : 'off') }, 'kill'],
    [
      'a key that does not answer',
      { cycles: 20, killSwitch: (cycle) => (cycle === 10 ? 'unreadable' : 'off') },
      'kill',
    ],
    ['another epoch', { cycles: 20, epochs: (cycle) => (cycle < 10 ? (cycle < 1 ? 7 : 8) : 12) }, 'kill'],
    ['another policy', { cycles: 20, policy: (cycle) => (cycle >= 10 ? 'another' : POLICY) }, 'restart'],
  ])('holds after %s', (_what, script, event) => {
    const { audit, evidence } = rollout({ ...script, command: started });
    expect(audit.map((step) => step.event)).toContain(event);
    expect(replay(audit, evidence)).toMatchObject({ verified: audit.length, unverified: [], differences: [] });
  });

  it('takes a hold within `reduce_only` as this version and earlier ones recorded it', () => {
    const script = { 10: 'reduce_only', 12: 'hold', 14: 'retry' } as const;
    const command = (cycle: number) => started(cycle) ?? script[cycle as keyof typeof script];
    const { audit, evidence } = rollout({ cycles: 20, command });
    const [before, after] = [audit.findIndex(({ event }) => event === 'hold'), audit.findIndex(({ event }) => event === 'retry')];
    expect(JSON.parse(audit[before]!.to)).toMatchObject({ name: 'reduce_only', holdCause: 'command' });
    expect(replay(audit, evidence).differences).toEqual([]);
    const forgot = audit.slice(0, after).map((step, i) => (i === before ? { ...step, to: step.from } : step));
    expect(replay(forgot, evidence).differences).toEqual([]);
    expect(fieldsFound(withOther(forgot, before, { holdCause: 'approval' }), evidence)).toEqual([[audit[before]!.id, 'to']]);
  }); // prettier-ignore

  it('finds a verdict that was changed', () => {
    const step = at('advance');
    const guards = step.guards.replace('"verdict":"PASS","value":1,', '"verdict":"PASS","value":0.999,');
    expect(guards).not.toBe(step.guards);
    expect(replay(withStep(step, { guards })).differences).toEqual([{ id: step.id, field: 'guards', recorded: guards, replayed: step.guards }]); // prettier-ignore
  });

  it.each(['slew', 'advance', 'hold', 'rollback', 'takeover', 'start'])('finds another outcome of %s', (event) => {
    const step = at(event);
    const to = stateWith(step.to, { sinceSec: 7 });
    const next = whole.audit[whole.audit.indexOf(step) + 1];
    const guarded = step.guards !== '';
    // Inputs are found by both states: those of a cycle are then not there.
    expect(replay(withStep(step, { to })).unverified).toEqual(guarded ? [step.id] : []);
    expect(fieldsFound(withStep(step, { to }))).toEqual([...(guarded ? [] : [[step.id, 'to']]), ...(next ? [[next.id, 'from']] : [])]); // prettier-ignore
    const evidence = whole.evidence.map((entry) => ({ ...entry, fields: entry.fields.map((text) => (text === step.to ? to : text)) })); // prettier-ignore
    if (guarded) expect(fieldsFound(withStep(step, { to }), evidence)).toContainEqual([step.id, 'to']);
  });

  it('finds a move that was called another', () => {
    expect(fieldsFound(withStep(at('slew'), { event: 'advance' }))).toEqual([[at('slew').id, 'event']]);
  });

  it('finds a step that is left out, and one whose states cannot be read', () => {
    const step = at('advance');
    const after = whole.audit[whole.audit.indexOf(step) + 1]!;
    expect(fieldsFound(whole.audit.filter((each) => each !== step))).toEqual([[after.id, 'from']]);
    expect(fieldsFound(withStep(at('hold'), { from: '{}' }))).toContainEqual([at('hold').id, 'from']);
    expect(fieldsFound(withStep(at('hold'), { to: '{}' }))).toContainEqual([at('hold').id, 'to']);
  });

  it('finds a refused command, or one that moves nothing, that changed the state', () => {
    const step = at('hold');
    expect(fieldsFound(withStep(step, { refusal: 'not_there' }))).toEqual([[step.id, 'to']]);
    expect(fieldsFound(withStep(step, { event: 'approve' }))).toEqual([[step.id, 'to']]);
    const still = { ...step, to: step.from };
    const before = whole.audit.slice(0, whole.audit.indexOf(step));
    expect(fieldsFound([...before, { ...still, event: 'submit' }, { ...still, refusal: 'late' }])).toEqual([]);
  });

  it('finds a decision that does not rest on the evidence', () => {
    const step = at('advance');
    const decision = whole.evidence.find((entry) => isDecision(entry) && entry.fields.includes(step.to))!;
    const forged = (change: (given: NonNullable<ReturnType<typeof parseDecision>>) => object) => {
      const given = parseDecision(decision.fields)!;
      const fields = decisionFields({ ...given, ...change(given) });
      return whole.evidence.map((entry) => (entry === decision ? { ...entry, fields } : entry));
    };
    expect(
      fieldsFound(
        whole.audit,
        forged(() => ({})),
      ),
    ).toEqual([]);
    const shown = { non_inferior: true, superior: true };
    expect(fieldsFound(whole.audit, forged(({ facts }) => ({ facts: { ...facts, shown } })))).toEqual([[step.id, 'shown']]); // prettier-ignore
    const process = (hours: number) => ({
      logs: Array.from({ length: 8 }, () => 0),
      hours,
      clipped: 0,
      greatestLogE: 0,
    });
    const harm = (hours: number) => forged(({ input }) => ({ input: { ...input, harm: { ...input.harm!, process: process(hours) } } })); // prettier-ignore
    expect(fieldsFound(whole.audit, harm(1))).toContainEqual([step.id, 'harm']);
  });

  it('names what it cannot verify', () => {
    const guarded = whole.audit.filter(({ guards }) => guards !== '').map(({ id }) => id);
    const without = whole.evidence.filter((entry) => !isDecision(entry));
    expect(replay(whole.audit, without)).toMatchObject({ unverified: guarded, verified: whole.audit.length - guarded.length, differences: [] }); // prettier-ignore
    const found = replayRollout(whole.audit, whole.evidence, () => undefined);
    expect(found.differences).toContainEqual({ id: at('slew').id, field: 'plan', recorded: HASH, replayed: '' });
    expect(replay([], [])).toMatchObject({ verified: 0, unverified: [], differences: [] });
  });
});

describe('a decision as fields', () => {
  it('is read back', () => {
    const entries = whole.evidence.filter(isDecision);
    expect(entries.length).toBeGreaterThan(20);
    for (const { fields } of entries) {
      expect(decisionFields(parseDecision(fields)!)).toEqual(fields);
      expect(parseEvidence(fields)).toBeUndefined();
    }
  });

  it('is none where anything is not what it should be', () => {
    const { fields } = whole.evidence.find(isDecision)!;
    for (const name of ['version', 'kind', 'interval_sec', 'input', 'memories', 'facts', 'from', 'to']) {
      const broken = fields.with(fields.indexOf(name) + 1, '?');
      expect([name, parseDecision(broken)]).toEqual([name, undefined]);
    }
    expect(parseDecision([])).toBeUndefined();
    const facts = fields[fields.indexOf('facts') + 1]!;
    expect(parseDecision(fields.with(fields.indexOf(facts), facts.replace('"shown"', '"seen"')))).toBeUndefined();
  });
});

describe('any value as JSON', () => {
  const key = fc.string();
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.boolean(), fc.constant(null), finite, fc.constantFrom(NaN, Infinity, -Infinity), fc.array(tie('value'), { maxLength: 3 }), fc.array(tie('value'), { maxLength: 3 }).map((each) => new Set(each)), fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((each) => new Map(each)), fc.dictionary(fc.string({ minLength: 1 }).filter((name) => !name.startsWith('$')), tie('value'), { maxKeys: 3 })),
  })); // prettier-ignore

  it('is read back', () => {
    fc.assert(
      fc.property(value, (given) => {
        const text = encodeAny(given);
        expect(decodeAny(text)).toEqual(given);
        expect(encodeAny(decodeAny(text))).toBe(text);
      }),
    );
  });

  it.each<[string, unknown]>([
    ['{"$map":[[1,2,3]]}', { $map: [[1, 2, 3]] }],
    ['{"$map":1}', { $map: 1 }],
    ['{"$set":{}}', { $set: {} }],
    ['{"$set":[],"more":1}', { $set: [], more: 1 }],
    ['{"$number":1}', { $number: 1 }],
    ['{"$number":"1"}', undefined],
    ['{', undefined],
    ['[{}]', [{}]],
  ])('that is like a tag stays as it is: %s', (text, given) => {
    expect(decodeAny(text)).toEqual(given);
  });
});

it('the plan of these tests asks for evidence', () => {
  expect(plan.stages.map(({ require }) => require)).toEqual(['non_inferior', 'non_inferior']);
});
