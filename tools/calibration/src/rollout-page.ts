import { falseBootstrapShare, falseShares, medianDays, PATHS } from './evidence-figures.js';
import { table } from './table.js';

const HOURS = 2048;
const PATHS_OF_TESTS = 2000;
const PATHS_OF_BOOTSTRAP = 200;
const PATHS_OF_DETECTION = 400;
const MAX_DAYS = 1000;

const three = (value: number): string => value.toFixed(3);

/** Every block of figures of docs/rollout.md, by its name. */
export const ROLLOUT_FIGURES: Readonly<Record<string, () => string>> = {
  'false trips': () =>
    table(
      ['Advantages', 'harm', 'non_inferior', 'superior', 'Bootstrap, a look every 50 hours'],
      Object.entries(PATHS).map(([name, noise], i) => {
        const { harm, non_inferior, superior } = falseShares(noise, PATHS_OF_TESTS, HOURS, 10 * i + 1);
        const shares = [
          harm,
          non_inferior,
          superior,
          falseBootstrapShare(noise, PATHS_OF_BOOTSTRAP, HOURS, 10 * i + 7),
        ];
        return [name, ...shares.map(three)];
      }),
    ),
  detection: () =>
    table(
      ['Standard deviation, bps per sqrt(day)', '5 bps a day', '10 bps a day', '20 bps a day'],
      [20, 60].map((sd, i) => [
        String(sd),
        ...[5, 10, 20].map((excess, j) => {
          const days = medianDays(excess, sd, PATHS_OF_DETECTION, MAX_DAYS, 100 + 10 * i + j);
          return days === undefined ? `above ${MAX_DAYS.toLocaleString('en-US')}` : days.toFixed(0);
        }),
      ]),
    ),
};
