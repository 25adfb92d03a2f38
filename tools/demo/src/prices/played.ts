import { appendFileSync, writeFileSync } from 'node:fs';

/**
 * Keeps prices as they are played: a table like that of `--prices`, with the times of the run, whatever day the prices
 * are of. Returns the function that adds a row.
 * @throws when the file cannot be written.
 */
export function keepPlayed(
  path: string,
  symbols: readonly string[],
): (tsSec: number, pricesUsd: readonly number[]) => void {
  writeFileSync(path, `ts_epoch,${symbols.join(',')}\n`);
  return (tsSec, pricesUsd) => {
    appendFileSync(path, `${tsSec.toFixed(3)},${pricesUsd.join(',')}\n`);
  };
}
