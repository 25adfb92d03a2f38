import { setTimeout as delay } from 'node:timers/promises';
import { statSync } from 'node:fs';
import { SERVICE_APPS } from '@quantum/service-config';
import { mainFileOf, withHarness, type Harness, type Options } from './harness/harness.js';
import { bundleLeastService } from './harness/least-service.js';
import { startService, type Service } from './harness/service.js';
import { figure, type Figure } from './measure/report.js';
import { Runs } from './measure/runs.js';
import { alternate } from './measure/alternate.js';

/** Start and footprint, compared with the minimal service of this kind: a client and an HTTP server. */
export const benchFootprint = (options: Options): Promise<Figure[]> => withHarness(options, bench);

async function bench(harness: Harness): Promise<Figure[]> {
  harness.tell('start and footprint');
  const leastFile = bundleLeastService(harness);
  const least = (): Promise<Service> =>
    startService({ mainFile: leastFile, env: { REDIS_URL: `unix://${harness.server.socketPath}` } });
  const starts = {
    ...Object.fromEntries(SERVICE_APPS.map((app) => [app, () => harness.service(app, 0)])),
    'least service': least,
  } as Record<string, () => Promise<Service>>;
  const ready = await alternate(
    Object.entries(starts).map(([name, start]) => ({
      name,
      pass: async () => {
        await nextSecond();
        const service = await start();
        const ms = (await service.ready()) - service.startMs;
        await service.stop();
        return ms;
      },
    })),
    harness.short ? 1 : 9,
    harness.tell,
  );
  const [rss, cpu, sizes] = [new Runs(), new Runs(), new Runs()];
  const idleSec = harness.short ? 1 : 10;
  const services = await Promise.all(Object.entries(starts).map(async ([name, start]) => ({ name, service: await start() }))); // prettier-ignore
  await Promise.all(services.map(({ service }) => service.ready()));
  await delay(harness.short ? 100 : 25_000); // one-time work after a start is over: after 17 s the garbage collector has shrunk the heap
  const before = services.map(({ service }) => service.cpuSec());
  await delay(1000 * idleSec);
  for (const [i, { name, service }] of services.entries()) {
    cpu.add(name, (100 * (service.cpuSec() - (before[i] ?? 0))) / idleSec);
    rss.add(name, service.rssMb());
    await service.stop();
  }
  for (const app of SERVICE_APPS) sizes.add(app, statSync(mainFileOf(harness.appsFolder, app)).size / 1e6);
  sizes.add('least service', statSync(leastFile).size / 1e6);
  return [
    figure('start', 'from spawn to /readyz 200, Redis being there', 'ms', ready),
    figure('idle RSS', 'resident memory without symbols and plans', 'MB', rss.byName),
    figure('idle CPU', `share of a core over ${idleSec} s without symbols and plans`, '%', cpu.byName),
    figure('bundle', 'size of the one file', 'MB', sizes.byName),
  ];
}

/** No proposer publishes in the second of another's last cycle: it would wait, which is not part of its start. */
const nextSecond = (): Promise<void> => delay(1000 - (Date.now() % 1000));
