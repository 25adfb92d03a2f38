import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSnapshot } from '@quantum/read-model';
import type { Redis } from '@quantum/redis-io';
import { operatorAuditStream, parseOperatorAudit } from '@quantum/redis-schemas';
import { messageOf } from '@quantum/service-kit';
import { startProcess, waitFor } from '@quantum/testbed';
import { differences, factsOf, type Facts } from './differences.js';

/** What the story works with. */
export interface IncidentFixture {
  readonly redis: Redis;
  /** The operator's, and her connection. */
  readonly user: string;
  readonly userUrl: string;
  /** Address of the console's page. */
  readonly pageUrl: string;
  readonly appsFolder: string;
  /** For what commands print. */
  readonly folder: string;
}

/**
 * A command of quantumctl as the operator gives it. Returns what it printed. @throws Error where its exit code is
 * another one
 */
export async function quantumctl(fixture: IncidentFixture, words: readonly string[], codes: readonly number[] = [0]): Promise<string> {
  const { appsFolder, folder, userUrl } = fixture;
  const file = join(folder, `quantumctl-${String(performance.now())}.txt`);
  const mainFile = join(appsFolder, 'quantumctl', 'main.js');
  const { code } = await startProcess({ mainFile, args: [...words, '--redis', userUrl], env: {}, output: { file } }).exited;
  const text = readFileSync(file, 'utf8');
  if (code === null || !codes.includes(code)) throw new Error(`quantumctl ${words.join(' ')} ended with ${String(code)}: ${text}`);
  return text;
} // prettier-ignore

/** What the page has: it renders this snapshot. */
const pageFacts = async ({ pageUrl }: IncidentFixture): Promise<Facts> =>
  factsOf(decodeSnapshot(await (await fetch(`${pageUrl}/snapshot`)).text()));

/** What the CLI has. It exits with 1 where anything is unhealthy, as it is in an incident. */
const cliFacts = async (fixture: IncidentFixture): Promise<Facts> =>
  factsOf(decodeSnapshot(await quantumctl(fixture, ['status', '--json'], [0, 1])));

/** What the operator did, oldest first, by her audit. */
export async function auditOf({ redis, user }: IncidentFixture): Promise<string[]> {
  const entries = await redis.xrange(operatorAuditStream(user), '-', '+');
  return entries.flatMap(([, fields]) => parseOperatorAudit(fields)?.action ?? []);
}

/**
 * Waits until page and CLI say the same, and what is expected: the page polls keys every two seconds. Returns the
 * facts. @throws Error that says how they differ
 */
export async function agreed(
  fixture: IncidentFixture,
  what: string,
  isExpected: (facts: Facts) => boolean,
): Promise<Facts> {
  let why = '';
  const look = async (): Promise<Facts | undefined> => {
    const page = await pageFacts(fixture);
    const cli = await cliFacts(fixture);
    const found = differences(page, cli);
    why = found.length > 0 ? found.join('\n') : `both say ${JSON.stringify(page)}`;
    return found.length === 0 && isExpected(page) ? page : undefined;
  };
  return waitFor(look, { what }).catch((error: unknown) => {
    throw new Error(`page and CLI do not both show: ${what}; ${why}; ${messageOf(error)}`);
  });
}
