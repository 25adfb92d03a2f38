import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { parsePriceTable, tableSource } from './csv.js';
import type { PriceSource } from './price-source.js';
import { simulatedSource } from './simulated.js';

/** Real prices of a file, or simulated ones without one. @throws CannotRun */
export async function chooseSource(file: string | undefined, seed: number): Promise<PriceSource> {
  if (file === undefined) return simulatedSource(seed);
  try {
    return tableSource(parsePriceTable(await readFile(file, 'utf8')), basename(file));
  } catch (error) {
    throw new CannotRun(`The prices in ${file} cannot be used: ${messageOf(error)}.`);
  }
}
