import { waitFor } from '@quantum/testing';

/** One series of the metrics served at `url`, by its full name with labels; 0 if absent. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** Waits until this many plans have had this result. */
export const waitForResult = (url: string, result: string, count = 1): Promise<true> =>
  waitFor(async () => (await metric(url, `p32_annotate_total{result="${result}"}`)) === count, {
    what: `${count} times ${result}`,
  });
