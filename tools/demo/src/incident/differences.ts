import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '@quantum/read-model';

/** What everyone who looks must see alike: facts, not when someone looked. */
export interface Facts {
  readonly switches: Readonly<Record<string, string>>;
  readonly rollout: string;
  /** Plans and what became of them, newest first. */
  readonly decisions: readonly string[];
  /** What streams have of incidents, newest first. */
  readonly incidents: readonly string[];
}

/** Of an incident that a reader noticed by itself, and when it did: another reader notices it at another time. */
const BY_LOOKING = ['switch ', 'policy ', 'redis '];

/** The facts of a snapshot. */
export const factsOf = ({ switches, rollout, decisions, incidents }: Snapshot): Facts => ({
  switches: Object.fromEntries(switches.map(({ key, state, value }) => [key, `${state} ${value}`.trim()])),
  rollout: rollout === null ? 'not read' : `${rollout.state}, plan ${rollout.plan}`,
  decisions: decisions.map(({ planId, words }) => `${planId}: ${words}`),
  incidents: incidents.filter(({ id }) => !BY_LOOKING.some((start) => id.startsWith(start))).map(({ id, kind, words }) => `${kind}: ${words} [${id}]`), // prettier-ignore
});

/** Where two readers differ, a line each; empty: they say the same. */
export function differences(page: Facts, cli: Facts): string[] {
  const names = Object.keys(page) as (keyof Facts)[];
  return names
    .filter((name) => !isDeepStrictEqual(page[name], cli[name]))
    .map((name) => `${name}: the page says ${JSON.stringify(page[name])}, the CLI ${JSON.stringify(cli[name])}`);
}
