import { wasHealthy } from '../services/health.js';
import { clock, milliseconds, tally, total } from './text.js';
import type { ServiceView, View } from './view.js';

export const stayedHealthy = ({ ended, health }: ServiceView): boolean => ended === undefined && wasHealthy(health);

export function summaryLines({ elapsedSec, board, services, feed }: View): string[] {
  const skipped = total(board.plans) - (board.plans.get('EXECUTE') ?? 0);
  const lines: [string, string][] = [
    ['ran for', clock(elapsedSec)],
    ['symbols', `${board.symbols.size} with proposals`],
    ['proposals', counts(board.proposals)],
    ['cycles', board.cycles === 0 ? '0' : `${board.cycles}, the worst took ${milliseconds(board.worstCycleSec)}`],
    ['plans', `${total(board.plans)}, ${skipped} of them not to be executed, ${board.deadLetters} dead-lettered`],
    [
      'permits',
      `${total(board.hints)}: DOWNSIZE ${board.hints.get('DOWNSIZE') ?? 0}, NONE ${board.hints.get('NONE') ?? 0}`,
    ],
    ['refused', counts(board.refusals)],
    ...(feed === undefined
      ? []
      : [['consumed', `${feed.tally.consumed} permits by the Apply Layer`] as [string, string]]),
    ...services.map((service): [string, string] => [service.name, healthText(service)]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(18)} ${text}`);
}

const counts = (by: ReadonlyMap<string, number>): string => (total(by) === 0 ? '0' : `${total(by)}: ${tally(by)}`);

function healthText(service: ServiceView): string {
  if (stayedHealthy(service)) return 'healthy all along';
  const { ended, health } = service;
  if (ended !== undefined) return `NOT HEALTHY: ${ended}`;
  return `NOT HEALTHY: ${health.state}${health.detail === '' ? '' : ` (${health.detail})`}`;
}
