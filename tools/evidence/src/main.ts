import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { runChain, type ChainOptions } from './chain.js';

// This file runs as dist/tools/evidence/main.js, next to the programs that it starts.
const distFolder = join(dirname(process.argv[1] ?? ''), '..', '..');

void new Command('evidence')
  .description('Real prices -> brain, proposer and governor -> recording -> replay -> report, on a private Redis.')
  .requiredOption('--prices <file>', 'one-minute closes (CSV: ts_epoch, then a price per symbol)')
  .option('--for <duration>', 'how long the services run', '20m')
  .option('--speed <n>', 'minutes of prices per second', '1')
  .option('--out <folder>', 'folder for the recording and the reports', 'tmp/evidence')
  .allowExcessArguments(false)
  .action(async (options: ChainOptions) => {
    process.exit(await runChain(options, distFolder));
  })
  .parseAsync();
