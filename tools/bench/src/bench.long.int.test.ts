import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnApp } from '@quantum/testing';
import { readReport } from './measure/report.js';

const PROGRAM = resolve(__dirname, '../../../dist/tools/bench/main.js');
const TIME_LIMIT_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the short form', () => {
  it(
    'runs every bench and measures every contestant',
    async () => {
      // Two programs, as a bench waits for much of its time.
      const benches = [
        'governor,effective,replay,masters,read-model,console,enforcing',
        'cycle,proposer,steady,latency,scrape,brain,footprint,profile',
      ].map((names) => spawnApp(PROGRAM, {}, ['all', '--short', '--only', names, '--out', folder]));
      for (const bench of benches) {
        const { code } = await bench.exit;
        expect([code, bench.stderr]).toEqual([0, []]);
      }
      const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
      expect(names.sort()).toEqual([
        'brain.json',
        'console.json',
        'cycle.json',
        'effective.json',
        'enforcing.json',
        'footprint.json',
        'governor.json',
        'latency.json',
        'masters.json',
        'profile.json',
        'proposer.json',
        'read-model.json',
        'replay.json',
        'scrape.json',
        'steady.json',
      ]);
      const reports = names.map((name) => readReport(folder, name.replace('.json', ''))!);
      const figures = reports.flatMap((report) => report.figures);
      const runs = figures.flatMap((figure) => Object.values(figure.byContestant).flatMap((summary) => summary.runs));
      expect(runs.filter((run) => !Number.isFinite(run))).toEqual([]);
      // A difference of two latencies may be below 0.
      const measured = figures.filter(({ id }) => !id.startsWith('scrape delay'));
      const least = measured.flatMap((figure) => Object.values(figure.byContestant).map(({ min }) => min));
      expect(least.filter((value) => value < 0)).toEqual([]);
      const contestants = (id: string) => Object.keys(figures.find((figure) => figure.id === id)!.byContestant);
      expect(contestants('backlog')).toEqual(['service', '2 replicas', 'toy loop', 'one at a time', 'floor']);
      expect(contestants('latency p99 at 50')).toEqual(['service', 'baseline']);
      expect(contestants('scrape p99')).toEqual(['least service', 'service']);
      expect(contestants('brain period')).toEqual(['floor', 'service']);
      expect(contestants('brain events')).toEqual(['service', 'read and parse']);
      expect(contestants('replay plans')).toEqual(['replay', 'no worker', 'floor']);
      expect(contestants('snapshot')).toEqual(['read model', 'demo board']);
      expect(contestants('console delay p99')).toEqual(['by a stream, a tenth changes', 'polled key, a tenth changes', 'by a stream, all change', 'polled key, all change']); // prettier-ignore
      expect(contestants('masters share')).toEqual(['master 1', 'master 2', 'master 3']);
      expect(contestants('hint')).toEqual(['service', 'without hint']);
      expect(contestants('effective')).toEqual(['effective', 'live']);
    },
    TIME_LIMIT_MS,
  );
});
