import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { runChain, type ChainOptions } from './chain.js';

// This file runs as dist/tools/evidence/main.js, beside what it starts.
const distFolder = join(dirname(process.argv[1] ?? ''), '..', '..');

void new Command('evidence')
  .description('Real prices -> both services -> recording -> replay -> report, on a Redis of their own.')
  .requiredOption('--prices <file>', 'one-minute closes (CSV: ts_epoch, then a price per symbol)')
  .option('--for <duration>', 'how long the services run', '20m')
  .option('--speed <n>', 'minutes of prices a second', '1')
  .option('--out <folder>', 'where the recording and the reports go', 'tmp/evidence')
  .allowExcessArguments(false)
  .action(async (options: ChainOptions) => {
    process.exit(await runChain(options, distFolder));
  })
  .parseAsync();
