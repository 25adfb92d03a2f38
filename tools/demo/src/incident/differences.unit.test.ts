import { describe, expect, it } from '@jest/globals';
import { foldCycle, newModel, type CycleReadings, type Snapshot } from '@quantum/read-model';
import { KILL_KEY, operatorAuditEntry } from '@quantum/redis-schemas';
import { differences, factsOf } from './differences.js';

const after = (...cycles: CycleReadings[]): Snapshot => cycles.reduce(foldCycle, newModel([])).snapshot;
const NOW = 1_763_400_000;
const kill = (nowSec: number, value: string | null): CycleReadings => ({ nowSec, switches: [{ key: KILL_KEY, value, leftMs: -1 }] }); // prettier-ignore
const audited = (reason: string): CycleReadings => ({
  nowSec: NOW,
  operatorAudits: [{ user: 'ana', entries: [{ id: '1-1', fields: operatorAuditEntry({ tsEpochSec: NOW, action: 'kill on', reason, before: '', after: '1' }) }] }],
}); // prettier-ignore

describe('two readers', () => {
  it('agree, though one saw the switch turn and the other found it on', () => {
    const page = after(kill(NOW, null), kill(NOW + 1, '1'), audited('odd'));
    const cli = after(kill(NOW + 5, '1'), audited('odd'));
    expect(page.incidents).toHaveLength(2);
    expect(differences(factsOf(page), factsOf(cli))).toEqual([]);
  });

  it('differ by a switch, and by an incident', () => {
    const page = after(kill(NOW, null), audited('odd'));
    const cli = after(kill(NOW, '1'), audited('other'));
    expect(differences(factsOf(page), factsOf(cli))).toEqual([
      expect.stringMatching(/^switches: the page says \{"quantum:kill":"off"\}, the CLI \{"quantum:kill":"on 1"\}$/),
      expect.stringMatching(/^incidents: .*odd.*other/),
    ]);
  });
});
