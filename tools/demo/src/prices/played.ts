import { appendFileSync, writeFileSync } from 'node:fs';
import { CannotRun, messageOf } from '@quantum/service-kit';

/**
 * Keeps prices as they are played: a table like that of `--prices`, with the times of the run, whatever day the prices
 * are of. Returns the function that adds a row.
 * @throws CannotRun when the file cannot be written.
 */
export function keepPlayed(
  path: string,
  symbols: readonly string[],
): (tsSec: number, pricesUsd: readonly number[]) => void {
  try {
    writeFileSync(path, `ts_epoch,${symbols.join(',')}\n`);
  } catch (error) {
    throw new CannotRun(`The prices cannot be kept in ${path}: ${messageOf(error)}.`);
  }
  return (tsSec, pricesUsd) => {
    appendFileSync(path, `${tsSec.toFixed(3)},${pricesUsd.join(',')}\n`);
  };
}
