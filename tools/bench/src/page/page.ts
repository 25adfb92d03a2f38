import { ratioIn, type Figure, type Report } from '../measure/report.js';
import { figureTable, number, table } from './format.js';
import { GOALS } from './goals.js';

const BLOCK = /(<!-- measured: ([a-z ,]+) -->\n)[^]*?(<!-- \/measured -->)/g;

/**
 * Puts what was measured between the page's marks; the prose around them stays, and so do figures of benches that were
 * not run.
 */
export function fillPage(page: string, reports: readonly Report[]): string {
  const figures = new Map(reports.flatMap((report) => report.figures.map((each) => [each.id, each] as const)));
  return page.replace(BLOCK, (block: string, open: string, name: string, close: string) => {
    const make = BLOCKS[name];
    if (!make) throw new Error(`nothing is measured that is called ${name}`);
    const made = make(reports, figures, block).trim();
    return made === '' ? block : `${open}\n${made}\n\n${close}`;
  });
}

/** @param before the block as it is in the page */
type Make = (reports: readonly Report[], figures: ReadonlyMap<string, Figure>, before: string) => string;

/** The rows of a block's table, without its head. */
const rowsOf = (block: string): string[][] =>
  block.split('\n').filter((line) => line.startsWith('|')).slice(2).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())); // prettier-ignore

const BLOCKS: Readonly<Record<string, Make>> = {
  machine: (reports, _figures, before) => {
    const rows = new Map(rowsOf(before).map((row) => [row[0] ?? '', row]));
    for (const { bench, takenAt, commit, machine, load } of reports) {
      rows.set(bench, [bench, takenAt.slice(0, 16).replace('T', ' '), commit, machine.cpu, String(machine.cores), machine.node, machine.redis, load.join(', ')]);
    }
    return table(['bench', 'taken at (UTC)', 'commit', 'processor', 'cores', 'node', 'Redis', 'load before, after'], [...rows.values()]);
  }, // prettier-ignore
  goals: (_reports, figures, before) =>
    table(
      ['what', 'goal', 'figure', 'met', 'beside it'],
      GOALS.map(({ what, wanted, found }) => {
        const result = found(figures);
        if (result) return [what, wanted, result.text, result.met ? 'yes' : '**no**', result.beside];
        return rowsOf(before).find((row) => row[0] === what && row[1] === wanted) ?? [what, wanted, 'not taken', '', ''];
      }),
    ), // prettier-ignore
  cycle: (_reports, figures) => against(figures, ['cycle', 'cycle listing'], 'service'),
  scaling: (_reports, figures) => against(figures, ['scaling'], undefined),
  'foreign keys': (_reports, figures) => against(figures, ['foreign keys', 'foreign keys, listed'], undefined),
  'steady run': (_reports, figures) =>
    byContestant(figures, ['proposer RSS', 'proposer RSS peak', 'proposer loop delay', 'proposer CPU']),
  backlog: (_reports, figures) => against(figures, ['backlog'], 'service'),
  hint: (_reports, figures) =>
    [against(figures, ['hint'], 'service'), byContestant(figures, WORK.map((id) => `hint: ${id}`))].join('\n\n'),
  effective: (_reports, figures) =>
    [against(figures, ['effective'], 'effective'), byContestant(figures, WORK.map((id) => `effective: ${id}`))].join('\n\n'),
  work: (_reports, figures) => byContestant(figures, WORK),
  wire: (_reports, figures) =>
    byContestant(figures, [...figures.keys()].filter((id) => /^(round trips|bytes|commands)/.test(id))),
  latency: (_reports, figures) =>
    byContestant(figures, [1000, 50].flatMap((pace) => [`latency p50 at ${pace}`, `latency p99 at ${pace}`]).concat('decision p99')),
  scrape: (_reports, figures) => byContestant(figures, ['scrape p99', 'scrape delay p50', 'scrape delay p99', 'scrape size']),
  masters: (_reports, figures) =>
    [byContestant(figures, ['masters work', 'masters governor', 'masters late']), byContestant(figures, ['masters share'])].join('\n\n'),
  burst: (_reports, figures) => against(figures, ['burst RSS', 'burst speed'], undefined),
  footprint: (_reports, figures) => byContestant(figures, ['start', 'idle RSS', 'idle CPU', 'bundle']),
  console: (_reports, figures) =>
    [
      byContestant(figures, ['console delay p50', 'console delay p99', 'console delay max']),
      byContestant(figures, ['console CPU, many pages', 'console RSS, many pages']),
      byContestant(figures, ['console CPU', 'console RSS']),
      byContestant(figures, ['console idle bytes']),
    ].join('\n\n'),
  replay: (_reports, figures) =>
    [against(figures, ['replay plans', 'replay plans CPU', 'replay proposals', 'replay proposals CPU'], 'replay'), byContestant(figures, ['replay plans RSS', 'replay proposals RSS'])].join('\n\n'),
  'brain cycle': (_reports, figures) => against(figures, ['brain cycle', 'brain period'], 'service'),
  'brain backlog': (_reports, figures) => against(figures, ['brain events'], 'service'),
  'brain steady run': (_reports, figures) => byContestant(figures, ['brain steady cycle', 'brain RSS peak']),
  'rollout cycle': (_reports, figures) => byContestant(figures, ['rollout cycle', 'rollout RSS peak']),
  'brain profile': (_reports, figures) => profile(figures, 'efficiency-brain'),
  'proposer profile': (_reports, figures) => profile(figures, 'allocation-target'),
  'governor profile': (_reports, figures) => profile(figures, 'governor-plugin'),
}; // prettier-ignore

const WORK = ['governors work', 'redis work', 'all work'];

const present = (figures: ReadonlyMap<string, Figure>, ids: readonly string[]): Figure[] =>
  ids.flatMap((id) => figures.get(id) ?? []);

/** One table per figure, with ratios to `reference` if one is named. */
const against = (figures: ReadonlyMap<string, Figure>, ids: readonly string[], reference: string | undefined): string =>
  present(figures, ids)
    .map((found) => {
      const name = reference ?? '';
      const rows = reference !== undefined && Object.keys(found.byContestant).length > 1
        ? figureTable(found, name, (baseline) => ratioIn(found, name, baseline))
        : plainTable(found);
      return `${capital(found.about)}:\n\n${rows}`;
    })
    .join('\n\n'); // prettier-ignore

function plainTable({ unit, byContestant: all }: Figure): string {
  const rows = Object.entries(all).map(([name, { median, min, max }]) => [name, ...[median, min, max].map(number)]);
  return table(['who', `median, ${unit}`, 'least', 'most'], rows);
}

/** One table of several figures: a row per figure, a column per contestant. */
function byContestant(figures: ReadonlyMap<string, Figure>, ids: readonly string[]): string {
  const found = present(figures, ids);
  if (found.length === 0) return '';
  const names = [...new Set(found.flatMap((each) => Object.keys(each.byContestant)))];
  const cell = (each: Figure, name: string): string => {
    const own = each.byContestant[name];
    return own ? `${number(own.median)}${own.runs.length > 1 ? ` (${number(own.min)}..${number(own.max)})` : ''}` : '';
  };
  const rows = found.map((each) => [`${each.about}${each.unit === '' ? '' : `, ${each.unit}`}`, ...names.map((name) => cell(each, name))]); // prettier-ignore
  return table(['', ...names], rows);
}

function profile(figures: ReadonlyMap<string, Figure>, app: string): string {
  return present(figures, [`${app} CPU by part`, `${app} CPU by place`])
    .map(({ about, byContestant: all }) => {
      const total = Object.values(all).reduce((sum, { median }) => sum + median, 0);
      const rows = Object.entries(all).map(([name, { median }]) => [
        `\`${name}\``,
        number(median),
        `${Math.round((100 * median) / total)} %`,
      ]);
      return `${capital(about)} (${number(total)} in all):\n\n${table(['where', 'us', 'share'], rows)}`;
    })
    .join('\n\n');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
