import { mainFileOf, withHarness, type Harness, type Options } from '../harness/harness.js';
import { symbolsOf } from '../harness/market.js';
import { alternate, type Contestant } from '../measure/alternate.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { benchEvents } from './events.js';
import { brainPass, startBrain, type CycleKind } from './brain-service.js';
import { putScoreInputs } from './market.js';

export const benchBrain = async (options: Options): Promise<Figure[]> => [
  ...(await withHarness(options, benchCycle)),
  ...(await withHarness(options, benchEvents)),
  ...(await withHarness(options, benchSteadyRun)),
];

/** A cycle of 10,000 symbols, without and with a period that closes, compared with the same commands. */
async function benchCycle(harness: Harness): Promise<Figure[]> {
  const symbols = harness.short ? 500 : 10_000;
  harness.tell(`brain: a cycle of ${symbols} symbols`);
  const figures: Figure[] = [];
  const kinds: [CycleKind, string][] = [
    ['cycle', 'in which no period closes'],
    ['period', 'that closes a period'],
  ];
  for (const [kind, what] of kinds) {
    const contestants: Contestant[] = [];
    const add = async (name: string, passIn: (db: number) => Promise<Contestant['pass']>): Promise<void> => {
      const db = 8 * figures.length + contestants.length;
      await putScoreInputs(await harness.raw(db), symbolsOf(symbols));
      contestants.push({ name, pass: await passIn(db) });
    };
    const { baselineAppsFolder: other } = harness;
    await add('floor', async (db) => (await harness.baseline('brain-floor', db, { symbols, kind })).pass);
    await add('service', (db) => brainPass(harness, db, { kind }));
    if (other !== undefined) {
      await add('other build', (db) => brainPass(harness, db, { kind, mainFile: mainFileOf(other, 'efficiency-brain') }));
    }
    const runs = await alternate(contestants, harness.short ? 1 : 9, harness.tell);
    figures.push(figure(`brain ${kind}`, `a cycle of ${symbols} symbols ${what}`, 'ms', runs));
  }
  return figures;
} // prettier-ignore

/** Undisturbed cycles, each of which closes a period. */
async function benchSteadyRun(harness: Harness): Promise<Figure[]> {
  const sizes: [symbols: number, intervalSec: number][] = harness.short ? [[300, 0.3]] : [[10_000, 5], [100_000, 15]]; // prettier-ignore
  const [duration, peak] = [new Runs(), new Runs()];
  for (const [db, [symbols, intervalSec]] of sizes.entries()) {
    harness.tell(`brain: steady run at ${symbols} symbols`);
    await putScoreInputs(await harness.raw(db), symbolsOf(symbols));
    const { service, cycle } = await startBrain(harness, db, { kind: 'period', intervalSec });
    for (let i = 0; i < (harness.short ? 2 : 6); i += 1) duration.add(`${symbols} symbols`, await cycle());
    peak.add(`${symbols} symbols`, service.peakRssMb());
    await service.stop();
  }
  return [
    figure('brain steady cycle', 'a cycle from the start on, every state read or written', 'ms', duration.byName),
    figure('brain RSS peak', 'the most that resident memory ever was', 'MB', peak.byName),
  ];
}
