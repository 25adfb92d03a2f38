import { foldCycle, newModel } from '@quantum/read-model';
import { caughtUp, knownServices, openSource } from '@quantum/read-model-source';
import { CannotRun, messageOf } from '@quantum/service-kit';
import { reasonsAgainstFeed } from './feed/guard.js';
import { runFeed, type Feed } from './feed/run-feed.js';
import type { DemoOptions } from './options.js';
import { chooseSource } from './prices/choose-source.js';
import { keepPlayed } from './prices/played.js';
import type { PriceSource } from './prices/price-source.js';
import { openRedis, type RunRedis } from './redis-of-run.js';
import { brainEnv } from './services/brain-values.js';
import { startConsole } from './services/start-console.js';
import { startServices, type Services } from './services/start-services.js';
import type { RunResources } from './run-resources.js';
import type { View } from './view/view.js';

/** A complete, running set-up. */
export interface Show {
  services: Services;
  /** Resolves with the reason when the feed has ended by itself. */
  feedEnded: Promise<string>;
  /**
   * Folds what services have written since the start of the run; never rejects. While Redis is away, the view says so.
   * It only reads: permits are left to their consumers.
   */
  poll(): Promise<void>;
  view(): View;
}

/** Sets up Redis, the feed and the services, in this order: the first cycle finds targets. @throws CannotRun */
export async function setUp(options: DemoOptions, appsFolder: string, resources: RunResources): Promise<Show> {
  const fed = options.redis === undefined || options.feed;
  const source = fed ? await chooseSource(options.prices, options.seed) : undefined;
  const redis = await openRedis(options.redis, resources);
  const reads = openSource({ redis: redis.connection, backSec: 0 });
  let model = await caughtUp(reads, newModel(knownServices()));
  let notice = '';
  const note = (text: string) => {
    notice = text;
  };
  let onEnded: (why: string) => void = () => undefined;
  const feedEnded = new Promise<string>((resolve) => {
    onEnded = resolve;
  });
  const feed = source && (await startFeedOn(redis, source, options, resources, { note, onEnded }));
  const [services, page] = await Promise.all([
    startServices(appsFolder, redis.url, fed, resources),
    options.console ? startConsole(appsFolder, redis.url, resources) : 'off',
  ]);
  const startedMs = performance.now();
  return {
    services,
    feedEnded,
    poll: async () => {
      model = foldCycle(model, await reads.read(model));
    },
    view: () => ({
      nowSec: Date.now() / 1000,
      elapsedSec: (performance.now() - startedMs) / 1000,
      limitSec: options.for,
      redis: redis.description,
      prices: source?.description ?? 'not fed: the targets, scores and plans of this Redis',
      feed: feed && {
        priceTsSec: feed.priceTsSec,
        speed: options.speed,
        history: feed.history,
        tally: feed.tally,
        brain: brainEnv(process.env),
      },
      services: services.views(),
      page,
      snapshot: model.snapshot,
      notice,
    }),
  };
}

async function startFeedOn(
  redis: RunRedis,
  source: PriceSource,
  { seed, speed, played }: DemoOptions,
  resources: RunResources,
  { note, onEnded }: { note: (text: string) => void; onEnded: (why: string) => void },
): Promise<Feed> {
  if (!redis.isPrivate) {
    const reasons = await reasonsAgainstFeed(redis.connection, source.symbols);
    if (reasons.length > 0) {
      throw new CannotRun(`The feed does not write into ${redis.description}: ${reasons.join('; ')}.`);
    }
  }
  const feed = await runFeed({
    redis: redis.connection,
    source,
    seed,
    speed,
    privateRedis: redis.isPrivate,
    onPrices: played === undefined ? () => undefined : keepPlayed(played, source.symbols),
    onError: (error) => {
      note(`the feed failed: ${messageOf(error)}`);
    },
    onEnded,
  });
  resources.add(() => feed.stop());
  return feed;
}
