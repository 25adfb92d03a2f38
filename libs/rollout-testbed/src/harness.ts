import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis } from '@quantum/private-redis';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { ROLLOUT_PERIOD_KEY } from '@quantum/redis-schemas';
import { parseFolds } from '@quantum/rollout-evidence';
import { repeat, startService, waitFor, type Activity, type Service } from '@quantum/testbed';
import { auditOf, giveCommand, readState } from './commands.js';
import { writeMarket, type TestMarket, type TestSymbol } from './market.js';
import { testPlan, type TestPlan } from './plan.js';
import { readEnforced } from './readers.js';
import { putShadowDay, shadowDay, type ShadowDay } from './shadow-day.js';

export const HARNESS_POLICY = '0123456789ab';
/** The user that submits and starts. */
export const HARNESS_USER = 'ana';
const FEED_MS = 300;

const symbolOf = (baseUsd: number, multiplier: number): TestSymbol => ({
  baseUsd, score: 0.4, priceUsd: 100, amount: 0, proposal: { multiplier, policy: HARNESS_POLICY },
}); // prettier-ignore
const PROPOSED: TestMarket = new Map([
  ['BTCUSDT', symbolOf(3000, 0.9)],
  ['ETHUSDT', symbolOf(2000, 0.95)],
  ['SOLUSDT', symbolOf(5000, 0.98)],
]);
const stage = { direction: 'down_only', minPeriods: 0, approvals: 0, require: 'none', cohorts: ['all'] };

export interface RolloutHarnessOptions {
  /** Built apps, and a folder for logs. */
  appsFolder: string;
  folder: string;
  intervalSec: number;
}

/** A rollout of one stage on a private Redis, with the market that it needs: it can be begun again and again. */
export class RolloutHarness {
  readonly redis: Redis;
  readonly symbols = [...PROPOSED.keys()];
  readonly plan: TestPlan;
  /** Written every 300 ms. */
  readonly market = new Map(PROPOSED);
  readonly #options: RolloutHarnessOptions;
  readonly #server: PrivateRedis;
  readonly #day: ShadowDay;
  readonly #feed: Activity;
  readonly #rollouts: Service[] = [];

  private constructor(options: RolloutHarnessOptions, server: PrivateRedis, redis: Redis) {
    this.#options = options;
    this.#server = server;
    this.redis = redis;
    this.plan = testPlan({ cohorts: { all: this.symbols }, stages: [{ ...stage, name: 'all', blend: 0.5, minHours: 24 }], slewPerCycle: 0.5 }); // prettier-ignore
    const multipliers = new Map([...PROPOSED].map(([symbol, { proposal }]) => [symbol, proposal?.multiplier ?? 1]));
    this.#day = shadowDay({ plan: this.plan, policy: HARNESS_POLICY, multipliers, market: PROPOSED, endSec: Date.now() / 1000, seed: 1 }); // prettier-ignore
    this.#feed = repeat(() => this.writeMarket(), FEED_MS);
  }

  static async start(options: RolloutHarnessOptions): Promise<RolloutHarness> {
    const server = await startPrivateRedis({ tcp: true });
    const redis = connectRedis({ url: server.url, host: '', port: 0, db: 0 }, 'rollout-harness');
    await untilReady(redis);
    return new RolloutHarness(options, server, redis);
  }

  /** Address of the harness's Redis. */
  get url(): string {
    return this.#server.url;
  }

  /** Writes the market now. A policy that is not the harness's own was never published. */
  async writeMarket(): Promise<void> {
    const policies = [...this.market.values()].flatMap(({ proposal }) => (proposal ? [proposal.policy] : []));
    const unknownPolicy = policies.find((policy) => policy !== HARNESS_POLICY);
    await writeMarket(this.redis, Date.now() / 1000, this.market, unknownPolicy === undefined ? {} : { unknownPolicy });
  }

  /** Starts a process of the rollout; the first one leads. */
  async startRollout(): Promise<Service> {
    const { appsFolder, folder, intervalSec } = this.#options;
    const rollout = startService({
      name: 'target-rollout',
      mainFile: join(appsFolder, 'target-rollout', 'main.js'),
      env: { REDIS_URL: this.#server.url, ROLLOUT_INTERVAL_SEC: String(intervalSec), ROLLOUT_USERS: HARNESS_USER, LOG_LEVEL: 'info' },
      logFile: join(folder, `rollout-${this.#rollouts.length}.log`),
    }); // prettier-ignore
    this.#rollouts.push(rollout);
    await rollout.listening();
    return rollout;
  }

  /**
   * Removes what is there of a rollout, and starts the plan with a day of evidence. Resolves when every symbol is
   * enforced at the full blend.
   */
  async begin(): Promise<void> {
    for (const [symbol, market] of PROPOSED) this.market.set(symbol, market);
    await this.writeMarket();
    const isSubmitted = async (): Promise<boolean> => {
      await putShadowDay(this.redis, this.#day, [HARNESS_USER]);
      const { refusal } = await giveCommand(this.redis, HARNESS_USER, 'submit', { plan_json: this.plan.text });
      // A target that has just come back is not known before the next scan. And a cycle that had read the evidence
      // before writes what it had read.
      return refusal === '' && (await this.#hasShadowDay());
    };
    await waitFor(isSubmitted, { what: 'the plan to be accepted, with a day of evidence' });
    await giveCommand(this.redis, HARNESS_USER, 'start', { plan: this.plan.hash });
    const isBegun = async (): Promise<true> => {
      const { name, blend } = await readState(this.redis);
      if (name === 'baking' && blend === 0.5 && (await this.isEnforced())) return true;
      throw new Error(
        `${name} at ${blend}, after\n${(await auditOf(this.redis)).map(({ fields }) => fields.join(' ')).join('\n')}`,
      );
    };
    await waitFor(isBegun, { what: 'the rollout to enforce' });
  }

  async #hasShadowDay(): Promise<boolean> {
    const folds = parseFolds((await this.redis.hget(ROLLOUT_PERIOD_KEY, 'folds')) ?? '');
    return (folds?.series?.sums.hours ?? 0) >= (this.#day.folds.series?.sums.hours ?? 0);
  }

  /** Whether a reader finds a multiplier of every symbol. */
  async isEnforced(): Promise<boolean> {
    return (await readEnforced(this.redis, this.symbols)).epoch.size === this.symbols.length;
  }

  async stop(): Promise<void> {
    await this.#feed.stop();
    await Promise.all(this.#rollouts.map((rollout) => rollout.stop()));
    this.redis.disconnect();
    await this.#server.stop();
  }
}
