import { namedValues } from '@quantum/efficiency-policy';
import { BRAIN_PARAMETERS, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import { explained, explanationText } from '@quantum/policy';
import type { Redis } from '@quantum/redis-io';
import { STREAMS } from '@quantum/redis-schemas';
import { Asker } from '../doctor/read/ask.js';
import { hashesIn, readDecisions, readPolicies } from '../doctor/read/decisions.js';
import { lastEntries } from '../doctor/read/streams.js';
import type { Done } from '../switches/done.js';
import { columns } from '../texts.js';

/** Outputs that are looked at. */
const PROPOSALS = 1000;
const PLANS = 200;

const scoreDefaults = namedValues(DEFAULT_PARAMETERS, BRAIN_PARAMETERS);

/** The parameter sets and limits that the last proposals, permits and records carry. */
export async function showPolicies(redis: Redis, plansStream: string): Promise<Done> {
  const asker = new Asker(redis);
  const proposals = await lastEntries(asker, STREAMS.proposed, PROPOSALS);
  const decisions = await readDecisions(asker, await lastEntries(asker, plansStream, PLANS));
  const hashes = hashesIn(proposals, decisions);
  const found = await readPolicies(asker, hashes);
  const explanations = found.map((one) => explained(one.hash, one.step, one.parameters, { scoreDefaults }));
  const rows = hashes.map((hash) => {
    const one = explanations.find((each) => each.hash === hash);
    const changes = one?.changed.map((name) => `${name}=${String(one.parameters[name])}`).join(' ');
    return [one?.step ?? 'unknown', hash, changes === '' ? 'the defaults' : (changes ?? 'Redis does not say')];
  });
  const unread = asker.unread.map(({ what, why }) => `Not read: ${what}: ${why}`);
  const none = 'The last proposals and decisions carry no hash: nothing was proposed or decided.';
  const lines = [rows.length === 0 ? none : columns(['step', 'hash', 'differs from the defaults by'], rows).trimEnd(), ...unread];
  return { exitCode: 0, lines, json: { policies: explanations, unknown: hashes.filter((hash) => !found.some((one) => one.hash === hash)), unread: asker.unread } };
} // prettier-ignore

/** What a hash means. */
export async function explainPolicy(redis: Redis, hash: string): Promise<Done> {
  const asker = new Asker(redis);
  const [line] = await readPolicies(asker, [hash]);
  if (!line) {
    const why = asker.unread.map(({ why: one }) => ` ${one}`).join('');
    return { exitCode: 1, lines: [`${hash}: Redis does not say what it means.${why}`], json: { hash, step: null } };
  }
  const explanation = explained(hash, line.step, line.parameters, { scoreDefaults });
  const text = explanationText(explanation, columns).trimEnd();
  return { exitCode: 0, lines: [text], json: { ...explanation } };
}
