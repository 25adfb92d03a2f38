import type { KnownService } from '../readings.js';
import type { RedisFacts, ServiceRow } from '../snapshot/services.js';
import type { Problem, Snapshot, SwitchRow } from '../snapshot/snapshot.js';
import { utc } from '../words/format.js';

/** What is unhealthy, in sentences without ages: what stays the same reads the same. */
export function problemsOf(
  { redis, services, switches, rollout }: Pick<Snapshot, 'redis' | 'services' | 'switches' | 'rollout'>,
  known: readonly KnownService[],
): Problem[] {
  const expected = new Set(known.filter(({ isExpected }) => isExpected).map(({ name }) => name));
  return [
    ...redisProblems(redis),
    ...services.flatMap((service) => serviceProblem(service, expected.has(service.name))),
    ...switches.flatMap(switchProblem),
    ...(rollout?.problems ?? []).map((words) => ({ where: 'rollout', words })),
  ];
}

function redisProblems({ isAnswering, awaySinceSec, why, partAway, evictionPolicy }: RedisFacts): Problem[] {
  const problem = (words: string): Problem => ({ where: 'redis', words });
  const evicts = evictionPolicy !== '' && evictionPolicy !== 'noeviction';
  return [
    ...(isAnswering ? [] : [problem(`Redis does not answer${awaySinceSec === null ? '' : ` since ${utc(awaySinceSec)}`}: ${why === '' ? 'it has not been asked yet' : why}.`)]),
    ...(partAway === '' ? [] : [problem(`A part of the Cluster does not answer (${partAway}): what it holds is shown as it was.`)]),
    ...(evicts ? [problem(`maxmemory-policy is ${evictionPolicy}: daily sums, records and the kill switch can vanish. Set it to noeviction.`)] : []),
  ];
} // prettier-ignore

function serviceProblem({ name, state, why, lastSec, lagEntries }: ServiceRow, isExpected: boolean): Problem[] {
  const problem = (words: string): Problem[] => [{ where: name, words }];
  const look = `\`journalctl -u quantum-${name}\` says more.`;
  switch (state) {
    case 'not_ready':
      return problem(`It is not ready: ${why === '' ? 'it does not say why' : why}. ${look}`);
    case 'unreachable':
      return problem(`It does not answer at /readyz: ${why}. ${look}`);
    case 'silent':
      return problem(`It has left no sign of life${lastSec === null ? '' : ` since ${utc(lastSec)}`}${lagEntries ? ', and plans wait' : ''}. ${look}`);
    case 'absent':
      return isExpected ? problem(`Nothing in Redis shows that it ever ran. ${look}`) : [];
    case 'ready':
    case 'alive':
    case 'unknown':
      return [];
  }
} // prettier-ignore

function switchProblem({ key, state, value, untilSec }: SwitchRow): Problem[] {
  if (state === 'off') return [];
  const until = untilSec === null ? '' : ` until ${utc(untilSec)}`;
  const refused = key.includes(':disarm:')
    ? 'opening plans are refused, closing plans go on'
    : 'every plan is refused, closing plans included unless GOV_KILL_SWITCH_ALLOWS_CLOSES is true';
  const words =
    state === 'unreadable'
      ? `${key} cannot be read: gates refuse. Look at its type and at the users' permissions.`
      : `${key} is on (${JSON.stringify(value)})${until}: ${refused}.`;
  return [{ where: 'switches', words }];
}
