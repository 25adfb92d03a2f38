import { describe, expect, it } from '@jest/globals';
import { addNew } from './add-new.js';

const after = (to: object, additions: readonly object[]): object => {
  addNew(to, additions);
  return to;
};

describe('addNew', () => {
  it('adds what is not there, and changes nothing that is', () => {
    expect(after({ granted: true }, [{ granted: false, note: 'a' }])).toEqual({ granted: true, note: 'a' });
    expect(after({ granted: undefined }, [{ granted: false }])).toEqual({ granted: undefined });
  });

  it('takes the last of several values under one name', () => {
    expect(after({}, [{ note: 'a', only: 1 }, { note: 'b' }])).toEqual({ only: 1, note: 'b' });
  });

  it('adds no inherited name, and takes an inherited name for one that is not there', () => {
    const added = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }) as object;
    expect(after({}, [added])).toEqual({ own: 2 });
    expect(after({}, [{ toString: 'a text' }])).toEqual({ toString: 'a text' });
  });

  it('adds nothing where there are no additions', () => {
    expect(after({ granted: true }, [])).toEqual({ granted: true });
  });
});
