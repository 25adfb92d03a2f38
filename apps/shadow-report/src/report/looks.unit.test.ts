import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { usePaths } from '../paths.test-support.js';
import { countLooks } from './looks.js';

const newPath = usePaths();
const seen = { startedAtSec: 1000, toSec: 2000, proposals: 10 };

describe('the looks at a recording', () => {
  it('are its states that were reported on: the same state again is the same look', () => {
    const path = newPath();
    const looks = [seen, seen, { ...seen, toSec: 3000, proposals: 20 }, seen].map((one) => countLooks(path, one));
    expect(looks).toEqual([{ count: 1 }, { count: 1 }, { count: 2 }, { count: 2 }]);
    expect(readFileSync(`${path}.looks`, 'utf8')).toBe('1000 2000 10\n1000 3000 20\n');
  });

  it('start again with another recording of the same name', () => {
    const path = newPath();
    writeFileSync(`${path}.looks`, '10 20 1\n10 30 2\n');
    expect(countLooks(path, seen)).toEqual({ count: 1 });
  });

  it('are not kept where that cannot be, which is said', () => {
    const { count, notKept } = countLooks(`${newPath()}/none/run.qrec`, seen);
    expect(count).toBe(1);
    expect(notKept).toContain('ENOENT');
  });
});
