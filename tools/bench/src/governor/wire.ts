import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from '../harness/harness.js';
import { startRecorder } from '../harness/recorder.js';
import { backlogIn, GOVERNOR_ENV, untilServed } from './backlog.js';

/** Commands that are part of the work, without the setup and upkeep of connections and groups. */
const WORK = new Set(['xreadgroup', 'get', 'mget', 'exists', 'hmget', 'xrange', 'eval', 'eval_ro', 'evalsha', 'evalsha_ro',
  'fcall', 'set', 'setex', 'expire', 'xadd', 'xack', 'time']); // prettier-ignore

export interface Wire {
  plans: number;
  commands: number;
  byName: Readonly<Record<string, number>>;
  roundTrips: number;
  bytes: number;
  /** Reads that returned plans. */
  batches: number;
  /** The commands up to the last acknowledgement, for a replay. */
  file: string;
  /** Time of the backlog's entries, which the recorded acknowledgements name. */
  atMs: number;
}

/** A script's command without its deadlines, of 13 digits in ms, so that a later replay does the same work. */
const inTime = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/(?<=\$13\r\n)\d{13}(?=\r\n)/g, '9'.repeat(13)), 'latin1');

/** Lets a governor drain a backlog through a recorder. Its time means nothing. */
export async function recordWire(
  harness: Harness,
  db: number,
  mainFile: string,
  plans: number,
  name: string,
): Promise<Wire> {
  const backlog = await backlogIn(harness, db);
  const socketPath = join(harness.server.dir, `recorder-${name}.sock`);
  const recorder = await startRecorder(socketPath, harness.server.socketPath);
  try {
    const atMs = Date.now();
    await backlog.fill(plans, atMs);
    const service = await harness.service('governor-plugin', db, GOVERNOR_ENV, { mainFile, socketPath });
    await untilServed(backlog.redis, plans);
    const { roundTrips } = recorder;
    await service.stop();
    const work = recorder.commands.filter((command) => WORK.has(command.name));
    const lastAck = work.findLastIndex((command) => command.name === 'xack');
    // The read that found nothing more was sent before the last acknowledgement. In a replay it would only wait.
    const acks = work.filter(({ name }) => name === 'xack').length;
    let reads = 0;
    const sent = work.slice(0, lastAck + 1).filter(({ name }) => name !== 'xreadgroup' || (reads += 1) <= acks);
    const byName: Record<string, number> = {};
    for (const command of sent) byName[command.name] = (byName[command.name] ?? 0) + 1;
    const file = join(harness.outFolder, `wire-${name}.resp`);
    const bytes = Buffer.concat(sent.map(({ name, bytes: own }) => (name.startsWith('eval') ? inTime(own) : own)));
    writeFileSync(file, bytes);
    const batches = byName['xack'] ?? 0;
    return { plans, commands: sent.length, byName, roundTrips, bytes: bytes.length, batches, file, atMs };
  } finally {
    await recorder.close();
    await backlog.empty();
  }
}
