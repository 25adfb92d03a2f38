import { describe, expect, it } from '@jest/globals';
import { parseMetrics, sumOf } from './metrics.js';
import { rise, unreadable, unregistered } from './service.js';

const text = `# HELP hits_total Hits
# TYPE hits_total counter
hits_total{action="NONE",reason="ok"} 3
hits_total{action="DOWNSIZE",reason="ok"} 2 1700000000000
hits_total{action="NONE",reason="a \\"b\\" } c"} 1
# TYPE plain gauge
plain 1.5e3
# TYPE nothing_yet counter
`;

describe('parseMetrics', () => {
  const metrics = parseMetrics(text);

  it('sums the series with the given labels, over all replicas', () => {
    expect(sumOf([metrics], 'hits_total')).toBe(6);
    expect(sumOf([metrics, metrics], 'hits_total', { reason: 'ok' })).toBe(10);
    expect(sumOf([metrics], 'hits_total', { reason: 'a "b" } c' })).toBe(1);
    expect(sumOf([metrics], 'plain')).toBe(1500);
    expect(sumOf([metrics], 'unknown')).toBe(0);
  });

  it('lists registered names, counted or not', () => {
    expect([...metrics.names]).toEqual(['hits_total', 'plain', 'nothing_yet']);
  });
});

describe('a service before and after', () => {
  const before = new Map([['a', parseMetrics('x_total 1')], ['b', parseMetrics('x_total 5')]]); // prettier-ignore
  const after = new Map([['a', parseMetrics('# TYPE x_total counter\nx_total 3')], ['b', parseMetrics('x_total 5')]]); // prettier-ignore
  const service = { probes: [], before, after };

  it('gives the increase of a counter in all replicas together', () => {
    expect(rise(service, 'x_total')).toBe(2);
  });

  it('names missing metrics of a replica, and unreadable replicas', () => {
    expect(unregistered(service, ['x_total'])).toEqual(['x_total']);
    expect(unreadable(new Map([['a', 'refused']]), after, new Map([['a', 'refused']]))).toEqual(['a: refused']);
  });
});
