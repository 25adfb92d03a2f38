import { styleText } from 'node:util';
import { counted, wrapped } from '../texts.js';
import { CHECKS } from './checks/index.js';
import type { Facts } from './facts.js';
import { HARMS, type Diagnosis, type Harm } from './finding.js';
import { INPUT_LIST } from './inputs.js';

/** How a terminal takes text. */
export interface Page {
  /** Characters per line. */
  readonly width: number;
  readonly hasColours: boolean;
}

const HARM_TEXT: Readonly<Record<Harm, string>> = {
  danger: 'DANGER  limits do not hold, or state can be lost',
  idle: 'IDLE  nothing is done for any symbol',
  part: 'PART  something is not done for some symbols',
  note: 'NOTE  worth knowing',
};
const COLOURS = { danger: 'red', idle: 'yellow', part: 'cyan', note: 'gray' } as const;

/** What the doctor found, for a person: groups by harm, the worst first. */
export function doctorText(facts: Facts, found: readonly Diagnosis[], page: Page): string {
  const lines = HARMS.flatMap((harm) => {
    const own = found.filter((one) => one.harm === harm);
    if (own.length === 0) return [];
    const title = page.hasColours ? styleText(['bold', COLOURS[harm]], HARM_TEXT[harm]) : HARM_TEXT[harm];
    return [title, ...own.flatMap((one) => ['', ...findingLines(one, page)]), ''];
  });
  return [...lines, ...lookedAt(facts, found, page), ''].join('\n');
}

function findingLines({ key, field, value, others, means, owner, remedy }: Diagnosis, { width }: Page): string[] {
  const more = others === undefined ? '' : `, and ${counted(others, 'other')} alike`;
  return [
    ...wrapped('  ', `${key}${field === undefined ? '' : ` ${field}`}`, width),
    ...(value === undefined && more === '' ? [] : wrapped('    read   ', `${value ?? 'the same'}${more}`, width)),
    ...wrapped('    means  ', means, width),
    ...wrapped('    do     ', `${owner}: ${remedy}`, width),
  ];
}

function lookedAt({ servers, user, hashes, plans, decisions, unread }: Facts, found: readonly Diagnosis[], { width }: Page): string[] {
  const counts = HARMS.map((harm) => [harm, found.filter((one) => one.harm === harm).length] as const).filter(([, count]) => count > 0);
  const sum = found.length === 0 ? 'Nothing found.' : `${counted(found.length, 'finding')}: ${counts.map(([harm, count]) => `${count} ${harm}`).join(', ')}.`;
  const keys = INPUT_LIST.map(([name]) => counted(hashes[name].length, name.slice(0, -1), name)).join(', ');
  const server = servers.map(({ product, version }) => `${product} ${version}`).join(', ');
  return [
    ...wrapped('', `${sum} ${CHECKS.length} checks of ${keys}, ${counted(plans.length, 'plan')}, ${counted(decisions.length, 'decision')}; ${server}, as ${user}.`, width),
    ...unread.flatMap(({ what, why }) => wrapped('Not read: ', `${what}: ${why}`, width)),
  ];
} // prettier-ignore
