import { describe, expect, it } from '@jest/globals';
import type { HashRead, HashValues, ReplayableDecorator } from '@quantum/permit-decorators';
import type { Permit } from '@quantum/redis-schemas';
import { recordWith } from '@quantum/test-fixtures';
import { candidate, NOW_SEC } from './candidates.test-support.js';
import { annotateAll, decoratorReads, replayDecorations, type Decorator } from './decorations.js';

const { plan } = candidate();
const NEUTRAL: Partial<Permit> = { eff_reason: 'redis_error' };
const FIELDS: Partial<Permit> = { eff_reason: 'ok' };
const decorator = (over: Partial<Decorator> = {}): Decorator => ({
  name: 'note',
  reads: () => [],
  annotate: () => ({ fields: FIELDS, inputs: { note: 1 } }),
  neutral: NEUTRAL,
  ...over,
});

describe('decoratorReads', () => {
  const readsOf = (reads: unknown) => decoratorReads(decorator({ reads: () => reads as HashRead[] }), plan);

  it('gives the reads of the plan', () => {
    const reads = decoratorReads(decorator({ reads: ({ symbol }) => [{ key: symbol, fields: ['a', 'b'] }] }), plan);
    expect(reads).toEqual([{ key: 'X', fields: ['a', 'b'] }]);
    expect(readsOf([])).toEqual([]);
  });

  it.each([
    ['no list', { key: 'k', fields: [] }, 'reads are a list'],
    ['nothing', undefined, 'reads are a list'],
    ['a list of which one has no text as its key', [{ key: 'k', fields: [] }, { key: 1, fields: [] }], 'a read has a key'],
    ['a list of which one has no list of fields', [{ key: 'k', fields: [] }, { key: 'k', fields: 'a' }], 'a read has a key'],
    ['a list of which one has neither', [{}], 'a read has a key'],
  ])('gives an error where the decorator gives %s', (_what, reads, message) => {
    const error = readsOf(reads);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  }); // prettier-ignore

  it('gives the error that the decorator throws, made of whatever else it throws', () => {
    const throwing = (thrown: unknown) =>
      decoratorReads(
        decorator({
          reads: () => {
            throw thrown;
          },
        }),
        plan,
      );
    const error = new RangeError('a mistake');
    expect(throwing(error)).toBe(error);
    expect(throwing('a mistake')).toEqual(new Error('a mistake'));
  });
});

describe('annotateAll', () => {
  const errors: Error[] = [];
  const annotated = (decorators: readonly Decorator[], answers: readonly (readonly HashValues[] | Error)[]) => {
    errors.length = 0;
    return annotateAll(decorators, { plan, nowSec: NOW_SEC }, answers, (error) => errors.push(error));
  };

  it('gives each decorator the plan, the time and its own answers, and keeps the order', () => {
    const seen: unknown[] = [];
    const recording = (note: string) =>
      decorator({
        annotate: (context) => {
          seen.push(context);
          return { fields: {}, inputs: { note } };
        },
      });
    const first: HashValues[] = [{ readable: true, value: ['1', null] }];
    const second: HashValues[] = [{ readable: false }];
    const annotations = annotated([recording('a'), recording('b'), recording('c')], [first, second]);
    expect(annotations.map(({ inputs }) => inputs)).toEqual([{ note: 'a' }, { note: 'b' }, { note: 'c' }]);
    expect(seen).toEqual([first, second, []].map((values) => ({ plan, nowSec: NOW_SEC, values })));
    expect(errors).toEqual([]);
  });

  it('gives the neutral fields of one that throws, or has no answers but an error, and says why', () => {
    const cause = new Error('a mistake');
    const throwing = decorator({
      annotate: () => {
        throw cause;
      },
    });
    for (const annotations of [
      annotated([throwing, decorator()], []),
      annotated([decorator(), decorator()], [cause]),
    ]) {
      expect(annotations).toEqual([
        { fields: NEUTRAL, inputs: {} },
        { fields: FIELDS, inputs: { note: 1 } },
      ]);
      expect(errors.map(({ message }) => message)).toEqual(['decorator note failed']);
      expect(errors[0]?.cause).toBe(cause);
    }
  });
});

describe('replayDecorations', () => {
  const noting: ReplayableDecorator<Partial<Permit>> = {
    ...decorator(),
    replay: ({ note }, { closing, nowSec }) =>
      note === undefined ? undefined : { extra_cooldown_sec: `${String(note)} ${closing} ${nowSec}` },
  };
  const replayed = (inputs: object, permit?: Partial<Permit>) =>
    replayDecorations(
      [noting],
      recordWith({ closing: true, ...inputs }, { ...(permit && { permit: permit as Permit }) }),
    );

  it('gives the fields of the recorded inputs', () => {
    expect(replayed({ note: 7 }, FIELDS)).toEqual([
      { fields: { extra_cooldown_sec: `7 true ${recordWith({}).decided_at}` }, inputs: {} },
    ]);
  });

  it('gives the neutral fields where the permit has them and the record no inputs: the decorator had failed', () => {
    expect(replayed({}, NEUTRAL)).toEqual([{ fields: NEUTRAL, inputs: {} }]);
  });

  it('gives nothing where the record does not know the decorator', () => {
    expect(replayed({}, { mode: 'testnet' })).toEqual([]);
    expect(replayed({})).toEqual([]);
  });
});
