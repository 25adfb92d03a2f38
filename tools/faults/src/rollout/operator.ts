import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { startPrivateRedis } from '@quantum/private-redis';
import { ROLLOUT_EPOCH_KEY } from '@quantum/redis-schemas';
import { Redis } from 'ioredis';
import type { Context, Scenario } from '../scenario.js';
import type { RolloutFinding } from './findings.js';
import { enforce, holding, isNamed, seconds, untilSeen, withDesk, type Desk } from './run.js';

/** How the CLI ended. */
interface Said {
  exitCode: number;
  text: string;
}

/** Runs quantumctl rollout as the user `default`. */
const quantumctl = (context: Context, url: string, ...args: string[]): Promise<Said> =>
  new Promise((resolve) => {
    const file = join(context.appsFolder, 'quantumctl', 'main.js');
    execFile(process.execPath, [file, 'rollout', ...args, '--redis', url], (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, text: `${stdout}${stderr}` });
    });
  });

/**
 * A rollback while Redis takes no write: the CLI says that it is not applied; nothing is renewed; given again, it is
 * applied.
 */
const refusedRollback: Scenario = {
  name: 'rollback while Redis refuses',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context);
      const { client, proxy } = desk.harness;
      const url = `redis://127.0.0.1:${proxy.port}`;
      await client.config('SET', 'maxmemory', '1mb');
      await holding(desk, 'silent', async () => {
        const said = await quantumctl(context, url, 'rollback', '--timeout', '2');
        if (said.exitCode !== 1 || !said.text.includes('NOT APPLIED')) wrongAnswer(desk, said);
      });
      await client.config('SET', 'maxmemory', '0');
      const said = await quantumctl(context, url, 'rollback');
      if (said.exitCode !== 0) wrongAnswer(desk, said);
      await untilSeen(desk, 'rolled back', isNamed('rolled_back'));
      await holding(desk, 'stopped', () => seconds(2));
      return { said: said.text.split('\n')[0] ?? '' };
    }),
};

/** How long the replica lags: longer than quantumctl waits for it at a time. */
const LAG_SEC = 3;

/** A replica that lags: the CLI repeats a kill until the replica has it, so that a failover does not lose it. */
const unconfirmedKill: Scenario = {
  name: 'kill that a failover would lose',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      await enforce(desk, context);
      const { proxy } = desk.harness;
      const replica = await startPrivateRedis();
      const reading = new Redis({ path: replica.socketPath });
      try {
        await reading.replicaof('127.0.0.1', proxy.port);
        await untilReplicated(reading);
        replica.pause();
        const killing = quantumctl(context, `redis://127.0.0.1:${proxy.port}`, 'kill', '--replicas', '1');
        const first = await Promise.race([killing, seconds(LAG_SEC)]);
        if (first) desk.findings.push({ kind: 'unconfirmed', text: JSON.stringify(first) } satisfies RolloutFinding);
        replica.resume();
        const said = await killing;
        if (said.exitCode !== 0) wrongAnswer(desk, said);
        const [kept, epoch] = [await reading.get(ROLLOUT_EPOCH_KEY), (await desk.watcher.last()).epoch];
        if (kept !== epoch) desk.findings.push({ kind: 'unconfirmed', text: `the replica has ${kept ?? 'no epoch'}` } satisfies RolloutFinding);
        await untilSeen(desk, 'killed', isNamed('killed'));
        await holding(desk, 'stopped', () => seconds(1));
        return { said: said.text.split('\n').at(0) ?? '' };
      } finally {
        reading.disconnect();
        await replica.stop();
      }
    }),
}; // prettier-ignore

async function untilReplicated(reading: Redis): Promise<void> {
  while (!/master_link_status:up/.test(await reading.info('replication'))) await seconds(0.1);
}

function wrongAnswer(desk: Desk, said: Said): void {
  desk.findings.push({ kind: 'wrong_answer', text: JSON.stringify(said) } satisfies RolloutFinding);
}

export const operatorScenarios: Scenario[] = [refusedRollback, unconfirmedKill];
