import { endText, repeat, type Activity } from '@quantum/testbed';
import type { Finding } from '../scenario.js';
import type { Service } from './harness.js';

interface HealthWatch extends Activity {
  /** Reasons of /readyz, in the order of their first appearance. */
  readonly reasons: readonly string[];
  /** Services that ended without a request. */
  findings: () => Finding[];
}

/** Polls /readyz of every service. */
export function watchHealth(services: readonly Service[], everyMs = 100): HealthWatch {
  const reasons: string[] = [];
  const activity = repeat(async () => {
    for (const service of services) {
      const reason = await service.notReady().catch(() => undefined);
      if (reason !== undefined && !reasons.includes(reason)) reasons.push(reason);
    }
  }, everyMs);
  return {
    stop: activity.stop,
    reasons,
    findings: () =>
      services.flatMap(({ name, ended }) =>
        ended === undefined ? [] : [{ kind: 'service_ended', text: `${name} ${ended}` }],
      ),
  };
}

/** Values of a counter, summed over its labels and over services. */
export async function sumOfMetric(services: readonly Service[], name: string): Promise<number> {
  const texts = await Promise.all(services.map((service) => service.metrics()));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Stops services in order. One that does not end by itself with code 0 is a finding. */
export async function stopAll(services: readonly Service[]): Promise<Finding[]> {
  const ends = await Promise.all(services.map((service) => service.stop()));
  return ends
    .filter(({ code }) => code !== 0)
    .map((end) => ({ kind: 'bad_exit', text: `after SIGTERM a service ${endText(end)}` }));
}
