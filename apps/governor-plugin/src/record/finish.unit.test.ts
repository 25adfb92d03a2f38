import { describe, expect, it } from '@jest/globals';
import type { Command } from '@quantum/redis-io';
import { dailyKey, windowKey, type DecisionRecord, type Permit } from '@quantum/redis-schemas';
import { aPlan } from '@quantum/test-fixtures';
import { effectsOf, finishCommands, isBreach } from './finish.js';
import { DISARM } from './disarm-script.js';
import { STAMP_LAST_EXEC } from './record-script.js';
import { RELEASE, SETTLE } from './settle-scripts.js';

const OPTIONS = { eventsStream: 'events', disarmOnBurstBreach: false, disarmMinSec: 3600 };
const RECORD: DecisionRecord = {
  v: 1,
  plan_id: 'p1',
  symbol: 'X',
  entry_id: '1-0',
  decided_at: 86_400.5,
  outcome: 'refused',
  reason: 'burst_rate',
  gates: [],
  inputs: {},
  block: { reason: 'burst_rate', timestamp: 86_400.5, symbol: 'X', exec_count: 2 },
};
/** What each command is: the script, or the command and its key. */
const namesOf = (commands: readonly Command[]) =>
  commands.map(([name, first]) => {
    if (name !== 'evalsha') return `${name} ${String(first)}`;
    const scripts = new Map([[RELEASE.sha, 'release'], [SETTLE.sha, 'settle'], [STAMP_LAST_EXEC.sha, 'stamp']]); // prettier-ignore
    return scripts.get(String(first)) ?? 'unknown';
  });
const names = (record: DecisionRecord) => namesOf(finishCommands(record, OPTIONS));

describe('finishCommands', () => {
  it('stamps the last execution of a permit and counts what it says: the record’s script has set it', () => {
    const permit = { computed_notional: 500 } as Permit;
    const permitted: DecisionRecord = { ...RECORD, outcome: 'permit', reason: '', permit };
    expect(names({ ...permitted, inputs: { exec_count_hour: 0 } })).toEqual(['stamp', 'settle']);
    expect(names({ ...permitted, inputs: { window: 'unreadable' } })).toEqual(['stamp', 'settle']);
    expect(names({ ...permitted, inputs: { closing: true } })).toEqual(['stamp']); // nothing was reserved
    expect(names({ ...permitted, inputs: { closing: true, action: 'UPDATE_SL' } })).toEqual([]);
  });

  it('releases the reservation, writes the refusal and reports it', () => {
    expect(names(RECORD)).toEqual(['release', 'set quantum:governor:block:p1', 'xadd events']);
  });

  it('sets the latch of the day of the decision after a breach, last and only if it is not set', () => {
    const commands = finishCommands(RECORD, { ...OPTIONS, disarmOnBurstBreach: true });
    expect(commands.at(-1)).toEqual([
      'evalsha', DISARM.sha, 2,
      'quantum:governor:disarm:1970-01-02', 'quantum:governor:breaches:{quantum:governor:disarm:1970-01-02}',
      'p1', expect.stringContaining('"plan_id":"p1"'), 172_800, 86_400.5,
    ]); // prettier-ignore
    expect(commands.at(-2)).toEqual(expect.arrayContaining(['AUTO_DISARM', 'burst_rate']));
  });

  it('releases the reservation of a dead letter', () => {
    expect(names({ ...RECORD, outcome: 'dead_letter', reason: 'max_deliveries' })).toEqual(['release']);
  });
});

describe('effectsOf', () => {
  const of = (id: string, symbol: string) =>
    effectsOf(
      { entry: { id, fields: [], deliveries: 1 }, plan: aPlan({ planId: 'p1', symbol }), record: RECORD },
      OPTIONS,
    );
  const others = [RELEASE.sha, windowKey('Y'), dailyKey('Y')];

  it('finishes the decision of its own entry', () => {
    expect(namesOf(of('1-0', 'X'))).toEqual(names(RECORD));
  });

  it('releases what a second entry may have reserved of its own symbol, also one of another stream at the same id', () => {
    expect(namesOf(of('2-0', 'X'))).toEqual(['release']);
    for (const id of ['2-0', '1-0']) {
      expect(of(id, 'Y')).toEqual([expect.arrayContaining(others)]);
    }
  });
});

describe('isBreach', () => {
  const on = { ...OPTIONS, disarmOnBurstBreach: true };
  it('is an enforced burst refusal that the windows decided', () => {
    expect(isBreach(RECORD, on)).toBe(true);
    expect(isBreach(RECORD, OPTIONS)).toBe(false);
    expect(isBreach({ ...RECORD, reason: 'hourly_rate' }, on)).toBe(false);
    expect(isBreach({ ...RECORD, block: { ...RECORD.block!, unreadable: true } }, on)).toBe(false);
  });
});
