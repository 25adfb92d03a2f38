import { createHash } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import type { Redis } from '@quantum/redis-io';
import { efficiencyKey, fieldsOf, permitKey, POLICY_PARAMETERS_KEY, STREAMS, targetKey } from '@quantum/redis-schemas';
import { poll } from '@quantum/testbed';
import { is } from '../proofs/checks.js';
import { objectOf } from '../proofs/evidence.js';
import { NotSeen } from '../proofs/not-seen.js';
import type { Check } from '../proofs/proof.js';
import { planFields, SOURCE } from '../fixture.js';

/** Twenty cycles. */
const PATIENCE_MS = 20_000;
const POLL_MS = 20;

export type Fields = Readonly<Record<string, string>>;

/** A proof's own deployment: private, so nothing needs to be removed afterwards. */
export class OwnDeployment {
  readonly #redis: Redis;
  readonly #signal: AbortSignal;

  constructor(redis: Redis, signal: AbortSignal) {
    this.#redis = redis;
    this.#signal = signal;
  }

  /** Writes a valid score, as P3.1 does. */
  async putScore(symbol: string, score: number): Promise<void> {
    const ts = Math.floor(systemClock.wallSec());
    await this.#redis.hset(efficiencyKey(symbol), { efficiency_score: score, confidence: 0.9, ts, source: SOURCE });
  }

  async removeScore(symbol: string): Promise<void> {
    await this.#redis.del(efficiencyKey(symbol));
  }

  /** Writes a live target, as P2.9 does. */
  async putTarget(symbol: string, usd: number): Promise<void> {
    const timestamp = Math.floor(systemClock.wallSec());
    await this.#redis.hset(targetKey(symbol), { target_usd: usd, confidence: 0.9, timestamp, mode: 'shadow' });
  }

  /** Submits an opening plan of a symbol; resolves to its permit. @throws NotSeen */
  async permitFor(symbol: string): Promise<Record<string, unknown>> {
    const planId = `proof-${symbol}`;
    const fields = planFields(planId, symbol, Math.floor(systemClock.wallSec()));
    await this.#redis.xadd(STREAMS.plans, '*', ...Object.entries(fields).flat());
    const text = await this.until(`a permit for ${symbol}`, async () => (await this.#redis.get(permitKey(planId))) ?? undefined); // prettier-ignore
    return objectOf(text, 'the permit');
  }

  /** Waits for entries of the proposal stream in which `find` finds its match. @throws NotSeen */
  async proposals<T>(what: string, find: (entries: Fields[]) => T | undefined): Promise<T> {
    return this.until(what, async () => {
      const entries = await this.#redis.xrange(STREAMS.proposed, '-', '+');
      return find(entries.map(([, flat]) => fieldsOf(flat)));
    });
  }

  /** Checks that a hash in outputs is that of these parameters, and that Redis has their text. */
  async policyChecks(what: string, hash: unknown, parameters: object): Promise<Check[]> {
    const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = JSON.stringify(Object.fromEntries(sorted));
    const expected = createHash('sha256').update(text).digest('hex').slice(0, 12);
    const known = await this.#redis.hget(POLICY_PARAMETERS_KEY, expected);
    return [is(`policy of ${what}`, expected, hash), is(`parameters of ${what}`, text, known ?? '')];
  }

  async until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
    const seen = await poll(find, { timeoutMs: PATIENCE_MS, everyMs: POLL_MS, signal: this.#signal });
    if (seen === undefined) throw new NotSeen(`no ${what} within ${PATIENCE_MS / 1000} s`);
    return seen;
  }
}
