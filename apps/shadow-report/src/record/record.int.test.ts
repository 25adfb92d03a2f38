import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { connectRedis, untilReady } from '@quantum/redis-io';
import { gateSettings, loadPolicy, nameLimits, proposalStep } from '@quantum/policy';
import {
  blockKey,
  decidedKey,
  GOVERNOR_LIMITS_KEY,
  POLICY_PARAMETERS_KEY,
  PROPOSAL_STREAM_FIELDS,
  STREAMS,
} from '@quantum/redis-schemas';
import { governorDefinition, proposerDefinition } from '@quantum/service-config';
import { loadConfig, openRedis } from '@quantum/service-kit';
import { addPlan, passwordOf, readStream, spawnApp, startWithUsers, useRedis, waitFor } from '@quantum/testing';
import { readLines } from '../file/reader.js';
import { KEYS_PER_POLL, poll } from './poll.js';
import { ENTRIES_PER_POLL } from './page.js';
import { builtApp, usePaths } from '../paths.test-support.js';
import { RecordingState } from './state.js';

const file = useRedis({ tcp: true });
const { redis } = file;
const newPath = usePaths();

type Line = Record<string, unknown>;
const linesOf = (path: string): Line[] => [...readLines(path)].flat().map((line) => JSON.parse(line) as Line);
const ofKind = (path: string, kind: string): Line[] => linesOf(path).filter((line) => line['kind'] === kind);

const start = (path: string, env: Record<string, string> = {}, args: string[] = []) =>
  spawnApp(builtApp('shadow-report'), env, ['record', path, '--redis', file.server.url, ...args]);
const addProposals = async (count: number): Promise<void> => {
  const batch = redis().pipeline();
  for (let i = 0; i < count; i += 1) batch.xadd(STREAMS.proposed, '*', 'symbol', `S${i}`);
  await batch.exec();
};
const untilRecorded = (path: string, kind: string, count: number) =>
  waitFor(() => ofKind(path, kind).length >= count, { what: `${count} lines of ${kind}` });

describe('record', () => {
  it('takes over every entry of both streams, decisions and blocks as they are', async () => {
    const path = newPath();
    await addProposals(3);
    const now = Date.now() / 1000;
    await addPlan(redis(), { now, planId: 'p1' });
    await addPlan(redis(), { now, planId: 'p2', id: '*' });
    await addPlan(redis(), { now, planId: 'p3', decision: 'SKIP', id: '*' });
    const recorder = start(path);
    await untilRecorded(path, 'plan', 3);
    await redis().set(decidedKey('p1'), '{"outcome":"permit"}');
    await redis().set(decidedKey('p2'), '{"outcome":"refused"}');
    await redis().set(blockKey('p2'), '{"reason":"kill_switch"}');
    await untilRecorded(path, 'block', 1);
    expect((await recorder.stop('SIGINT')).code).toBe(0);
    const proposals = await readStream(redis(), STREAMS.proposed);
    expect(ofKind(path, 'proposal')).toEqual(
      proposals.map(({ id, fields }) => ({ kind: 'proposal', id, fields: Object.entries(fields).flat() })),
    );
    expect(ofKind(path, 'decision')).toEqual([
      { kind: 'decision', plan_id: 'p1', json: '{"outcome":"permit"}' },
      { kind: 'decision', plan_id: 'p2', json: '{"outcome":"refused"}' },
    ]);
    expect(ofKind(path, 'block')).toEqual([{ kind: 'block', plan_id: 'p2', json: '{"reason":"kill_switch"}' }]);
    expect(recorder.stdout.join()).toContain('3 proposals, 3 plans, 2 decisions, 1 blocks, 0 awaited');
  });

  it('goes on where it was killed: nothing twice, nothing missing, and what was awaited still is', async () => {
    const path = newPath();
    const total = 4 * ENTRIES_PER_POLL;
    await addPlan(redis(), { now: Date.now() / 1000, planId: 'late' });
    for (let round = 1; round <= 4; round += 1) {
      await addProposals(ENTRIES_PER_POLL);
      const recorder = start(path);
      await untilRecorded(path, 'proposal', Math.min(total, (round - 1) * ENTRIES_PER_POLL + 1));
      expect((await recorder.stop('SIGKILL')).signal).toBe('SIGKILL');
    }
    await redis().set(decidedKey('late'), '{"outcome":"permit"}');
    const recorder = start(path);
    await untilRecorded(path, 'decision', 1);
    await untilRecorded(path, 'proposal', total);
    await recorder.stop();
    const ids = (await readStream(redis(), STREAMS.proposed)).map(({ id }) => id);
    expect(ofKind(path, 'proposal').map(({ id }) => id)).toEqual(ids);
    expect(ofKind(path, 'resumed')).toHaveLength(4);
    expect(ofKind(path, 'gap')).toEqual([]);
  });

  it('says where entries were trimmed away while no recorder ran', async () => {
    const path = newPath();
    await addProposals(2);
    const first = start(path);
    await untilRecorded(path, 'proposal', 2);
    await first.stop();
    const [, last] = (await readStream(redis(), STREAMS.proposed)).map(({ id }) => id);
    await redis().xtrim(STREAMS.proposed, 'MAXLEN', 0);
    await addProposals(1);
    const second = start(path);
    await untilRecorded(path, 'proposal', 3);
    await second.stop();
    const [entry] = await readStream(redis(), STREAMS.proposed);
    expect(ofKind(path, 'gap')).toEqual([{ kind: 'gap', stream: 'proposals', after: last, before: entry?.id }]);
  });

  it('goes on behind the end of a stream that has lost its last entries, as after a failover, and reads none twice', async () => {
    const path = newPath();
    await addProposals(5);
    const first = start(path);
    await untilRecorded(path, 'proposal', 5);
    const ids = (await readStream(redis(), STREAMS.proposed)).map(({ id }) => id);
    await redis().xdel(STREAMS.proposed, ...ids.slice(3));
    await untilRecorded(path, 'gap', 1);
    expect((await first.stop('SIGKILL')).signal).toBe('SIGKILL');
    const second = start(path);
    await untilRecorded(path, 'resumed', 1);
    await addProposals(1);
    await untilRecorded(path, 'proposal', 6);
    await second.stop();
    const added = (await readStream(redis(), STREAMS.proposed)).at(-1)?.id;
    expect(ofKind(path, 'proposal').map(({ id }) => id)).toEqual([...ids, added]);
    expect(ofKind(path, 'gap')).toEqual([{ kind: 'gap', stream: 'proposals', after: ids[4], before: '', end: ids[2] }]);
  });

  it('begins a stream anew of which nothing is left', async () => {
    const path = newPath();
    await redis().xadd(STREAMS.proposed, '9999999999999-0', 'symbol', 'A');
    const recorder = start(path);
    await untilRecorded(path, 'proposal', 1);
    await redis().del(STREAMS.proposed);
    await untilRecorded(path, 'gap', 1);
    await addProposals(1); // its id is lower
    await untilRecorded(path, 'proposal', 2);
    expect((await recorder.stop()).code).toBe(0);
    expect(ofKind(path, 'gap')).toEqual([{ kind: 'gap', stream: 'proposals', after: '9999999999999-0', before: '' }]);
  });

  it('ends when it is stopped, also while plans keep coming', async () => {
    const path = newPath();
    let number = 0;
    let added = Promise.resolve('');
    const flow = setInterval(() => {
      added = addPlan(redis(), { now: Date.now() / 1000, planId: `p${number++}`, id: '*' });
    }, 20);
    const recorder = start(path);
    await untilRecorded(path, 'plan', 5);
    expect((await recorder.stop()).code).toBe(0);
    clearInterval(flow);
    await added;
  });

  it('begins, if asked, with what comes from now on, and knows that when it goes on', async () => {
    const path = newPath();
    await addProposals(3);
    const first = start(path, {}, ['--from-now']);
    await untilRecorded(path, 'begin', 1);
    expect((await first.stop('SIGKILL')).signal).toBe('SIGKILL');
    await addProposals(1);
    const second = start(path);
    await untilRecorded(path, 'proposal', 1);
    await second.stop();
    expect(ofKind(path, 'proposal').map(({ id }) => id)).toEqual([
      (await readStream(redis(), STREAMS.proposed))[3]?.id,
    ]);
    expect(ofKind(path, 'gap')).toEqual([]);
  });

  it('begins with what comes from now on, if asked, also where it was killed right after its header', async () => {
    const path = newPath();
    const first = start(path);
    await untilRecorded(path, 'header', 1);
    expect((await first.stop('SIGKILL')).signal).toBe('SIGKILL');
    await addProposals(3);
    const second = start(path, {}, ['--from-now']);
    await untilRecorded(path, 'begin', 1);
    await addProposals(1);
    await untilRecorded(path, 'proposal', 1);
    expect((await second.stop()).code).toBe(0);
    expect(ofKind(path, 'proposal').map(({ id }) => id)).toEqual([
      (await readStream(redis(), STREAMS.proposed))[3]?.id,
    ]);
  });

  it('refuses to go on with another policy, or a file that is none', async () => {
    const path = newPath();
    await addProposals(1);
    const first = start(path);
    await untilRecorded(path, 'proposal', 1);
    await first.stop();
    const other = start(path, { P31_SCALE: '2' });
    expect((await other.exit).code).toBe(2);
    expect(other.stderr.join()).toContain('was begun with other policy');
    const wrong = start(builtApp('shadow-report'));
    expect((await wrong.exit).code).toBe(2);
    expect(wrong.stderr.join()).toContain('is no recording');
  });
});

describe('the parameters that a hash means', () => {
  const texts = loadPolicy(undefined, proposalStep(loadConfig(proposerDefinition, {}).config)).all();
  const [{ policy, text } = { policy: '', text: '' }] = texts;
  const entry = (hash: string): string[] =>
    PROPOSAL_STREAM_FIELDS.flatMap((name) => [name, name === 'policy' ? hash : '1']);
  const kindsOf = (path: string) => linesOf(path).map(({ kind }) => kind);

  it('come before the outputs that carry it, once, also when Redis gets them later', async () => {
    const path = newPath();
    await redis().xadd(STREAMS.proposed, '*', ...entry(policy));
    const recorder = start(path);
    const asked = async () => /cmdstat_hmget:calls=[4-9]/.test(await redis().info('commandstats'));
    await waitFor(asked, { what: 'the recorder to ask in vain, twice' });
    expect(kindsOf(path)).toEqual(['header']);
    await redis().hset(POLICY_PARAMETERS_KEY, policy, text);
    await untilRecorded(path, 'proposal', 1);
    await redis().xadd(STREAMS.proposed, '*', ...entry(policy));
    await untilRecorded(path, 'proposal', 2);
    await recorder.stop();
    expect(kindsOf(path)).toEqual(['header', 'policy', 'proposal', 'proposal']);
    expect(ofKind(path, 'policy')).toEqual([
      { kind: 'policy', hash: policy, step: 'proposal', parameters: JSON.parse(text) as unknown },
    ]);
  });

  it('come before the decisions that name limits, of permits and refusals alike, once', async () => {
    const path = newPath();
    const limits = nameLimits(gateSettings(loadConfig(governorDefinition, { GOV_MAX_EXEC_PER_HOUR: '9' }).config));
    await redis().hset(GOVERNOR_LIMITS_KEY, limits.hash, limits.text);
    for (const planId of ['p1', 'p2']) {
      await addPlan(redis(), { now: Date.now() / 1000, planId, id: '*' });
      await redis().set(decidedKey(planId), JSON.stringify({ outcome: 'refused', limits: limits.hash }));
    }
    const recorder = start(path);
    await untilRecorded(path, 'decision', 2);
    await recorder.stop();
    expect(kindsOf(path)).toEqual(['header', 'plan', 'plan', 'policy', 'decision', 'decision']);
    expect(ofKind(path, 'policy')).toEqual([
      { kind: 'policy', hash: limits.hash, step: 'limits', parameters: JSON.parse(limits.text) as unknown },
    ]);
  });

  it('are not made up: what Redis does not say, or says of another hash, is reported and left to the replay', async () => {
    const path = newPath();
    await redis().hset(POLICY_PARAMETERS_KEY, '0'.repeat(12), text);
    await redis().xadd(STREAMS.proposed, '*', ...entry('0'.repeat(12)));
    const recorder = start(path);
    await untilRecorded(path, 'proposal', 1);
    await recorder.stop();
    expect(kindsOf(path)).toEqual(['header', 'proposal']);
    expect(recorder.stdout.join()).toContain('policies or limits that Redis does not explain: 000000000000');
  });
});

describe('rights', () => {
  it('need be no more than those of the deployed user', async () => {
    const server = await startWithUsers();
    const [path, password] = [newPath(), newPath()];
    writeFileSync(password, `${passwordOf('quantum-recorder')}\n`);
    const env = { REDIS_USERNAME: 'quantum-recorder', REDIS_PASSWORD_FILE: password };
    const admin = await openRedis(server.url, {}, 'test');
    await admin.xadd(STREAMS.proposed, '*', 'symbol', 'BEFORE');
    const recorder = spawnApp(builtApp('shadow-report'), env, ['record', path, '--redis', server.url, '--from-now']);
    await untilRecorded(path, 'begin', 1);
    await admin.xadd(STREAMS.proposed, '*', 'symbol', 'S');
    await addPlan(admin, { now: Date.now() / 1000, planId: 'p1', id: '*' });
    const limits = nameLimits(gateSettings(loadConfig(governorDefinition, {}).config));
    await admin.hset(GOVERNOR_LIMITS_KEY, limits.hash, limits.text);
    await admin.set(decidedKey('p1'), JSON.stringify({ outcome: 'refused', limits: limits.hash }));
    await admin.set(blockKey('p1'), '{"reason":"kill_switch"}');
    await untilRecorded(path, 'block', 1);
    expect((await recorder.stop()).code).toBe(0);
    expect(ofKind(path, 'proposal')).toMatchObject([{ fields: ['symbol', 'S'] }]);
    expect(ofKind(path, 'policy')).toMatchObject([{ hash: limits.hash, step: 'limits' }]);
    expect(await admin.acl('LOG')).toEqual([]);
    admin.disconnect();
    await server.stop();
  });

  it('that are missing are reported, and so is a key of another type, or a folder that is not there', async () => {
    await redis().set(STREAMS.proposed, 'no stream');
    const wrong = start(newPath());
    expect((await wrong.exit).code).toBe(2);
    expect(wrong.stderr.join()).toContain('the stream of proposals cannot be read: WRONGTYPE');
    await redis().del(STREAMS.proposed);
    const nowhere = start(`${newPath()}/none/file`);
    expect((await nowhere.exit).code).toBe(2);
    expect(nowhere.stderr.join()).toContain('ENOENT');
  });

  it('survive a lost connection: what came meanwhile is read', async () => {
    const path = newPath();
    await addProposals(1);
    const recorder = start(path);
    await untilRecorded(path, 'proposal', 1);
    await redis().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await addProposals(1);
    await untilRecorded(path, 'proposal', 2);
    expect((await recorder.stop()).code).toBe(0);
  });
});

describe('the load on Redis', () => {
  it('of a poll is one page of each stream and a bounded number of keys', async () => {
    await addProposals(3 * ENTRIES_PER_POLL);
    const state = new RecordingState();
    const sinceMs = Date.now();
    for (let i = 0; i < 3 * KEYS_PER_POLL; i += 1) {
      state.awaited.set(`p${i}`, { what: 'decision', sinceMs });
      await redis().set(decidedKey(`p${i}`), '{}');
    }
    const connection = connectRedis({ url: file.server.url, host: '', port: 0, db: 0 }, 'test');
    await untilReady(connection);
    const { lines, more } = await poll(
      connection,
      { proposals: STREAMS.proposed, plans: STREAMS.plans },
      state,
      sinceMs,
      86_400,
    );
    connection.disconnect();
    const countOf = (kind: string) => lines.filter((line) => line.kind === kind).length;
    expect([countOf('proposal'), countOf('decision')]).toEqual([ENTRIES_PER_POLL, KEYS_PER_POLL]);
    expect(more).toBe(true);
  });
});
