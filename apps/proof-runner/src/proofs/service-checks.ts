import { rise, unreadable, unregistered } from '../observe/service.js';
import { holds, is } from './checks.js';
import type { Evidence } from './evidence.js';
import type { Step } from './arrangement.js';
import type { Check } from './proof.js';

/** Every replica is alive, ready, and serves all of these metrics. */
export function healthChecks(seen: Evidence, step: Step, metrics: readonly string[]): Check[] {
  const service = seen.service(step);
  const at = (url: string) => (service.probes.length > 1 ? ` of ${url}` : '');
  return [
    ...service.probes.map(({ url, health }) => is(`/healthz${at(url)}`, '200', health)),
    ...service.probes.map(({ url, readiness }) => is(`/readyz${at(url)}`, '200', readiness)),
    ...metricsChecks(seen, step, metrics),
  ];
}

/** Every replica serves all of these metrics, before and after. */
export function metricsChecks(seen: Evidence, step: Step, metrics: readonly string[]): Check[] {
  const service = seen.service(step);
  const failures = unreadable(service.before, service.after);
  if (failures.length > 0) return [holds('metrics', 'readable', false, failures.join('; '))];
  const lacking = unregistered(service, metrics);
  const got = lacking.length === 0 ? `${metrics.length} registered` : `not registered: ${lacking.join(', ')}`;
  return [holds('metrics', `${metrics.length} registered`, lacking.length === 0, got)];
}

/** The increase of a counter: exact on a private deployment, otherwise a minimum. */
export function riseCheck(
  seen: Evidence,
  step: Step,
  name: string,
  labels: Readonly<Record<string, string>>,
  by: number,
  kind: 'exactly' | 'at least' = seen.all.exact ? 'exactly' : 'at least',
): Check {
  const got = rise(seen.service(step), name, labels);
  const ok = kind === 'exactly' ? got === by : got >= by;
  const shownLabels = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const what = shownLabels.length === 0 ? name : `${name}{${shownLabels.join(',')}}`;
  return holds(
    what,
    kind === 'exactly' ? `+${by}` : `+${by} or more`,
    ok,
    got < 0 ? `${got}: it was reset` : `+${got}`,
  );
}
