import type { Harness } from '../harness/harness.js';
import { symbolsOf } from '../harness/market.js';
import { alternate } from '../measure/alternate.js';
import { figure, type Figure } from '../measure/report.js';
import { startBrain } from './brain-service.js';
import { putEvents, putScoreInputs } from './market.js';

const SYMBOLS = 500;

/** Cycles that a backlog may take, on a machine that is busy with other things. */
const MAX_CYCLES = 50;

/**
 * A backlog of executions that cycles read, one where the machine is idle, against a loop that only reads and parses.
 */
export async function benchEvents(harness: Harness): Promise<Figure[]> {
  const events = harness.short ? 2000 : 100_000;
  harness.tell(`brain: a backlog of ${events} executions`);
  const symbols = symbolsOf(SYMBOLS);
  const [ours, theirs] = [await harness.raw(0), await harness.raw(1)];
  await putScoreInputs(ours, symbols);
  const { service, cycle } = await startBrain(harness, 0, { kind: 'cycle', intervalSec: harness.short ? 0.3 : 5 });
  await cycle();
  const drain = async (): Promise<number> => {
    const before = entriesIn(await service.metrics());
    service.pause();
    await putEvents(ours, events, symbols);
    service.resume();
    let ms = 0;
    let read = 0;
    for (let i = 0; i < MAX_CYCLES && read < events; i += 1) {
      const cycleMs = await cycle();
      const readNow = entriesIn(await service.metrics()) - before;
      // A cycle that was running when the service was stopped has read nothing.
      if (readNow > read) ms += cycleMs;
      read = readNow;
    }
    if (read !== events) throw new Error(`${MAX_CYCLES} cycles have read ${read} of ${events} executions`);
    return (1000 * events) / ms;
  };
  const { pass: parse } = await harness.baseline('brain-read-and-parse', 1);
  const contestants = [
    {
      name: 'service',
      pass: async () => {
        service.resume();
        await cycle();
        const speed = await drain();
        service.pause();
        return speed;
      },
    },
    {
      name: 'read and parse',
      pass: async () => {
        await putEvents(theirs, events, symbols);
        return parse();
      },
    },
  ];
  await drain(); // compiles
  service.pause();
  const runs = await alternate(contestants, harness.short ? 1 : 7, harness.tell);
  return [figure('brain events', `executions of a backlog of ${events}`, 'events/s', runs)];
}

/** Entries of the execution streams that were read, whatever became of them. */
const entriesIn = (metrics: string): number =>
  [...metrics.matchAll(/^p31_stream_entries_total\{.*result="(?!lost)\w+".*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
