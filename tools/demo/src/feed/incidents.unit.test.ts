import { describe, expect, it } from '@jest/globals';
import { mulberry32 } from '@quantum/testbed';
import { INCIDENTS, nextIncident, type Incident, type IncidentKind } from './incidents.js';

describe('incidents', () => {
  it('last as long as the table says', () => {
    const current: Incident = { kind: 'no_price', untilTick: 20 };
    expect(nextIncident(current, 19, () => 0)).toBe(current);
    expect(nextIncident(current, 20, () => 0.9999)).toBeUndefined();
    expect(nextIncident(undefined, 5, () => 0)).toEqual({ kind: 'no_price', untilTick: 25 });
  });

  it('take the stated share of time', () => {
    const rng = mulberry32(7);
    const ticks = 200_000;
    const seen = new Map<IncidentKind, number>();
    let incident: Incident | undefined;
    for (let tick = 0; tick < ticks; tick += 1) {
      incident = nextIncident(incident, tick, rng);
      if (incident) seen.set(incident.kind, (seen.get(incident.kind) ?? 0) + 1);
    }
    for (const { kinds, shareOfTime } of INCIDENTS) {
      const share = kinds.reduce((sum, kind) => sum + (seen.get(kind) ?? 0), 0) / ticks;
      expect(share).toBeCloseTo(shareOfTime, 2);
    }
  });
});
