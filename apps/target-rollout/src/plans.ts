import { runBatch, valueOf, type Command, type Redis } from '@quantum/redis-io';
import { POLICY_PARAMETERS_KEY, rolloutPlanKey } from '@quantum/redis-schemas';
import { parsePlan, planHash, planText, type RolloutPlan } from '@quantum/rollout-plan';

/**
 * Plans of Redis by their hash, and the policies that are known. Neither changes once it is there, so that each is read
 * once.
 */
export class Plans {
  readonly #redis: Redis;
  readonly #sha256: (text: string) => string;
  readonly #plans = new Map<string, RolloutPlan>();
  readonly #policies = new Set<string>();

  constructor(redis: Redis, sha256: (text: string) => string) {
    this.#redis = redis;
    this.#sha256 = sha256;
  }

  get(hash: string): RolloutPlan | undefined {
    return this.#plans.get(hash);
  }

  /**
   * Reads these plans. One that is absent, or not the plan of its hash, is not there. @throws BatchError, or the error
   * of Redis
   */
  async load(hashes: readonly string[]): Promise<void> {
    for (const known of this.#plans.keys()) if (!hashes.includes(known)) this.#plans.delete(known);
    const missing = hashes.filter((hash) => !this.#plans.has(hash));
    const replies = await runBatch(this.#redis, missing.map((hash): Command => ['get', rolloutPlanKey(hash)])); // prettier-ignore
    for (const [i, reply] of replies.entries()) {
      if (!reply.ok && reply.kind === 'key') continue;
      this.#take(missing[i] ?? '', valueOf(reply) as string | null);
    }
  }

  /**
   * Writes plans again that are known here, and whose text Redis has lost: the next process could not go on without it.
   * Answers their hashes. What fails is tried again by the next cycle, which does not need it.
   */
  async restore(): Promise<readonly string[]> {
    const known = [...this.#plans];
    try {
      const replies = await runBatch(this.#redis, known.map(([hash]): Command => ['exists', rolloutPlanKey(hash)])); // prettier-ignore
      const lost = known.filter((_, i) => replies[i]?.ok && replies[i].value === 0);
      await this.store(new Map(lost.map(([hash, plan]) => [hash, planText(plan)])));
      return lost.map(([hash]) => hash);
    } catch {
      return [];
    }
  }

  /** Writes plans that were submitted, before the state names them. @throws BatchError, or the error of Redis */
  async store(texts: ReadonlyMap<string, string>): Promise<void> {
    const all = [...texts];
    const replies = await runBatch(this.#redis, all.map(([hash, text]): Command => ['set', rolloutPlanKey(hash), text])); // prettier-ignore
    for (const reply of replies) valueOf(reply);
    for (const [hash, text] of all) this.#take(hash, text);
  }

  /**
   * How many of these policies are not published; NaN where their key cannot be read. @throws BatchError, or the error
   * of Redis
   */
  async unknownPolicies(policies: readonly string[]): Promise<number> {
    const asked = policies.filter((policy) => !this.#policies.has(policy));
    if (asked.length === 0) return 0;
    const [reply] = await runBatch(this.#redis, [['hmget', POLICY_PARAMETERS_KEY, ...asked]]);
    if (reply?.ok === false && reply.kind === 'key') return NaN;
    const texts = valueOf(reply) as (string | null)[];
    const known = asked.filter((_, i) => (texts[i] ?? null) !== null);
    for (const policy of known) this.#policies.add(policy);
    return asked.length - known.length;
  }

  // Symbols were known when the plan was submitted; one that is gone since is at its base.
  #take(hash: string, text: string | null): void {
    const { plan } = parsePlan(text ?? '', () => true);
    if (plan && planHash(plan, this.#sha256) === hash) this.#plans.set(hash, plan);
  }
}
