import { SERVICE_APPS } from '@quantum/service-config';
import { ratioIn, type Figure } from '../measure/report.js';
import { number } from './format.js';

interface Goal {
  what: string;
  wanted: string;
  /** The figure, as a number and in words; undefined if it was not measured. */
  found: (figures: ReadonlyMap<string, Figure>) => Found | undefined;
}

interface Found {
  text: string;
  met: boolean;
  /** The lower bound or the baseline, in words. */
  beside: string;
}

type Figures = ReadonlyMap<string, Figure>;

const median = (figures: Figures, id: string, name: string): number | undefined =>
  figures.get(id)?.byContestant[name]?.median;

/** A median against a limit. */
const value =
  (id: string, name: string, unit: string, isMet: (value: number) => boolean, baseline?: string) =>
  (figures: Figures): Found | undefined => {
    const own = median(figures, id, name);
    if (own === undefined) return undefined;
    const other = baseline === undefined ? undefined : median(figures, id, baseline);
    const beside = baseline === undefined || other === undefined ? '' : `${baseline}: ${number(other)} ${unit}`;
    return { text: `${number(own)} ${unit}`, met: isMet(own), beside };
  };

/** The median of the ratios, run by run, against a limit. */
const ratio =
  (id: string, name: string, baseline: string, unit: string, isMet: (value: number) => boolean) =>
  (figures: Figures): Found | undefined => {
    const found = figures.get(id);
    const own = found && ratioIn(found, name, baseline);
    if (!own) return undefined;
    const medians = [name, baseline].map((who) => `${who} ${number(median(figures, id, who) ?? NaN)} ${unit}`);
    return { text: `${number(own.median)} x (${number(own.min)}..${number(own.max)})`, met: isMet(own.median), beside: medians.join(', ') };
  }; // prettier-ignore

const below = (limit: number) => (value: number) => value <= limit;
const above = (limit: number) => (value: number) => value >= limit;

export const GOALS: readonly Goal[] = [
  { what: 'A cycle of 10,000 symbols', wanted: 'at most 3 x the floor', found: ratio('cycle', 'service', 'floor', 'ms', below(3)) },
  { what: '', wanted: 'if possible 2 x', found: ratio('cycle', 'service', 'floor', 'ms', below(2)) },
  { what: '', wanted: 'if possible 1.4 x', found: ratio('cycle', 'service', 'floor', 'ms', below(1.4)) },
  { what: '', wanted: 'at least 10 x faster than one command at a time', found: ratio('cycle', 'one at a time', 'service', 'ms', above(10)) },
  { what: 'Cost a symbol, 10,000 against 1,000', wanted: 'below 1.2 x', found: ratio('scaling', 'service 10000', 'service 1000', 'us', below(1.2)) },
  { what: 'Cost a symbol, 100,000 against 10,000', wanted: 'below 1.2 x', found: ratio('scaling', 'service 100000', 'service 10000', 'us', below(1.2)) },
  { what: 'A cycle of 100,000 symbols', wanted: 'within 10 s, with room to spare (half)', found: (figures) => value('scaling', 'service 100000', 'us a symbol', below(50), 'floor 100000')(figures) },
  { what: 'Memory at 100,000 symbols', wanted: 'below 200 MB', found: value('proposer RSS peak', '100000 symbols', 'MB', below(200)) },
  { what: '', wanted: 'if possible 140 MB', found: value('proposer RSS peak', '100000 symbols', 'MB', below(140)) },
  { what: 'Event-loop delay at 100,000 symbols, p99', wanted: 'below 50 ms', found: value('proposer loop delay', '100000 symbols', 'ms', below(50)) },
  { what: 'A cycle beside 5 million foreign keys', wanted: 'as one beside none (below 1.1 x)', found: ratio('foreign keys', 'foreign keys', 'no foreign keys', 'ms', below(1.1)) },
  { what: 'Plans from a backlog, one process', wanted: 'at least 20,000 a second', found: value('backlog', 'service', 'plans/s', above(20_000), 'floor') },
  { what: '', wanted: 'if possible 30,000 a second', found: value('backlog', 'service', 'plans/s', above(30_000), 'toy loop') },
  { what: 'Two replicas on these cores', wanted: 'at least 1.2 x one', found: ratio('backlog', '2 replicas', 'service', 'plans/s', above(1.2)) },
  { what: 'At 1,000 plans/s, XADD to permit, p50', wanted: 'at most 1.6 x XREADGROUP, SET, XACK', found: ratio('latency p50 at 1000', 'service', 'baseline', 'ms', below(1.6)) },
  { what: '... p99', wanted: 'at most 2 x', found: ratio('latency p99 at 1000', 'service', 'baseline', 'ms', below(2)) },
  { what: 'At 50 plans/s, XADD to permit, p50', wanted: 'at most 1.5 x XREADGROUP, SET, XACK', found: ratio('latency p50 at 50', 'service', 'baseline', 'ms', below(1.5)) },
  { what: '... p99', wanted: 'at most 1.5 x', found: ratio('latency p99 at 50', 'service', 'baseline', 'ms', below(1.5)) },
  { what: 'At 1,000 plans/s, XADD to permit, p50', wanted: 'below 1 ms', found: value('latency p50 at 1000', 'service', 'ms', below(1), 'baseline') },
  { what: '... p99', wanted: 'below 5 ms', found: value('latency p99 at 1000', 'service', 'ms', below(5), 'baseline') },
  { what: 'A scrape beside 1,000 plans/s, p99', wanted: 'below 15 ms', found: value('scrape p99', 'service', 'ms', below(15), 'other build') },
  { what: 'A plan that meets a scrape, longer', wanted: 'at most 1 ms, median', found: value('scrape delay p50', 'service', 'ms', below(1), 'other build') },
  { what: '', wanted: 'at most 1 ms, p99 against p99', found: value('scrape delay p99', 'service', 'ms', below(1), 'other build') },
  { what: 'Throughput with the hint', wanted: 'at least 0.95 x that without', found: ratio('hint', 'service', 'without hint', 'plans/s', above(0.95)) },
  { what: 'Round trips a batch with the hint', wanted: 'none added (within a tenth)', found: ratio('round trips', 'with hint', 'without hint', '', below(1.1)) },
  { what: 'Throughput with effective targets', wanted: 'at least 0.98 x that with live ones', found: ratio('effective', 'effective', 'live', 'plans/s', above(0.98)) },
  { what: 'A decision in process, p99', wanted: 'below 100 us', found: value('decision p99', 'service', 'us', below(100)) },
  { what: 'Memory in a burst of 200,000 plans', wanted: 'flat (below 1.15 x)', found: flatness },
  { what: 'Work of the busiest of three masters', wanted: 'below 1.15 x a third', found: mostOfThree },
  { what: 'A replay of a million plans', wanted: 'at most 0.4 x the build before', found: ratio('replay plans', 'replay', 'other build', 's', below(0.4)) },
  { what: 'A replay of a million proposals', wanted: 'not slower than the build before', found: ratio('replay proposals', 'replay', 'other build', 's', below(1)) },
  { what: 'Memory of a replay of a million plans', wanted: 'below 200 MB', found: value('replay plans RSS', 'replay', 'MB', below(200), 'other build') },
  { what: 'A snapshot of 10,000 symbols, a cycle folded', wanted: 'at least 3 x faster than the demo before', found: ratio('snapshot', 'demo board', 'read model', 'ms', above(3)) },
  { what: 'Scores of 10,000 symbols, no period closed', wanted: 'at most 2.5 x the floor', found: ratio('brain cycle', 'service', 'floor', 'ms', below(2.5)) },
  { what: 'Scores of 10,000 symbols, a period closed', wanted: 'at most 2.5 x the floor', found: ratio('brain period', 'service', 'floor', 'ms', below(2.5)) },
  { what: 'Executions from a backlog', wanted: 'at least 30,000 a second', found: value('brain events', 'service', 'events/s', above(30_000), 'read and parse') },
  { what: '', wanted: 'or 0.5 x a loop that reads and parses', found: ratio('brain events', 'service', 'read and parse', 'events/s', above(0.5)) },
  { what: 'Memory of the brain at 10,000 symbols', wanted: 'below 150 MB', found: value('brain RSS peak', '10000 symbols', 'MB', below(150)) },
  { what: 'Memory of the brain at 100,000 symbols', wanted: 'below 300 MB', found: value('brain RSS peak', '100000 symbols', 'MB', below(300)) },
  { what: 'Scores of 100,000 symbols, a period closed', wanted: 'within 10 s', found: value('brain steady cycle', '100000 symbols', 'ms', below(10_000)) },
  { what: 'A rollout of 10,000 symbols, a cycle', wanted: 'within 5 s, half of an interval', found: value('rollout cycle', 'service', 'ms', below(5000)) },
  { what: 'Memory of a rollout of 10,000 symbols', wanted: 'below 400 MB of MemoryMax, 512 MB', found: value('rollout RSS peak', 'service', 'MB', below(400)) },
  { what: 'A change by a stream on 50 open pages, p99', wanted: 'within 1,000 ms beside 10,000 symbols, a tenth changing', found: value('console delay p99', 'by a stream, a tenth changes', 'ms', below(1000)) },
  { what: '', wanted: 'within 1,000 ms, all of them changing', found: value('console delay p99', 'by a stream, all change', 'ms', below(1000)) },
  { what: 'A polled key on 50 open pages, p99', wanted: 'within a look at keys (2,000 ms) and what a stream takes', found: value('console delay p99', 'polled key, a tenth changes', 'ms', below(3000)) },
  { what: 'CPU of console, a page and 100 symbols', wanted: 'at most 0.05 of a core', found: value('console CPU', 'a page open', 'cores', below(0.05), 'no page') },
  { what: 'Memory of console, a page and 100 symbols', wanted: 'at most 120 MB', found: value('console RSS', 'a page open', 'MB', below(120), 'no page') },
  { what: 'Sent to a page while nothing changes', wanted: 'the heartbeat alone', found: value('console idle bytes', 'events', 'bytes a minute', below(0), 'heartbeats') },
  ...SERVICE_APPS.flatMap((app): Goal[] => [
    { what: `Start of ${app}`, wanted: 'below 300 ms', found: value('start', app, 'ms', below(300), 'least service') },
    { what: '', wanted: `${app}: at most 1.5 x the least service`, found: ratio('start', app, 'least service', 'ms', below(1.5)) },
    // The console looks four times a second by its task, and has goals of its own.
    ...(app === 'console' ? [] : [
      { what: `Memory of ${app}, idle`, wanted: 'below 80 MB', found: value('idle RSS', app, 'MB', below(80), 'least service') },
      { what: `CPU of ${app}, idle`, wanted: 'below 0.5 % of a core', found: value('idle CPU', app, '%', below(0.5), 'least service') },
    ]),
  ]),
]; // prettier-ignore

/** The median share of the master that works most. */
function mostOfThree(figures: Figures): Found | undefined {
  const shares = Object.values(figures.get('masters share')?.byContestant ?? {}).map((each) => each.median);
  if (shares.length === 0) return undefined;
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  return { text: `${number(most)} %`, met: most <= 115 / 3 && least >= 85 / 3, beside: `least ${number(least)} %` };
}

function flatness(figures: Figures): Found | undefined {
  const [early, late] = ['second quarter', 'last quarter'].map((name) => median(figures, 'burst RSS', name));
  if (early === undefined || late === undefined) return undefined;
  return {
    text: `${number(late / early)} x`,
    met: late / early <= 1.15,
    beside: `${number(early)} to ${number(late)} MB`,
  };
}
