import { CannotRun, messageOf } from '@quantum/service-kit';
import { reasonsAgainstFeed } from './feed/guard.js';
import { runFeed, type Feed } from './feed/run-feed.js';
import { Observer } from './observe/observer.js';
import type { DemoOptions } from './options.js';
import { chooseSource } from './prices/choose-source.js';
import type { PriceSource } from './prices/price-source.js';
import { openRedis, type RunRedis } from './redis-of-run.js';
import { startServices, type Services } from './services/start-services.js';
import type { RunResources } from './run-resources.js';
import type { View } from './view/view.js';

/** A complete, running set-up. */
export interface Show {
  services: Services;
  /** Reads new entries; fails while Redis is away. */
  poll(): Promise<void>;
  view(): View;
}

/** Sets up Redis, the feed and both services, in this order: the first cycle finds targets. @throws CannotRun */
export async function setUp(options: DemoOptions, appsFolder: string, resources: RunResources): Promise<Show> {
  const fed = options.redis === undefined || options.feed;
  const source = fed ? await chooseSource(options.prices, options.seed) : undefined;
  const redis = await openRedis(options.redis, resources);
  const observer = await Observer.start(redis.connection);
  let notice = '';
  const note = (text: string) => {
    notice = text;
  };
  const feed = source === undefined ? undefined : await startFeedOn(redis, source, options, resources, note);
  const services = await startServices(appsFolder, redis.url, resources);
  const startedMs = performance.now();
  return {
    services,
    poll: () => observer.poll(),
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
      },
      services: services.views(),
      board: observer.board,
      notice,
    }),
  };
}

async function startFeedOn(
  redis: RunRedis,
  source: PriceSource,
  { seed, speed }: DemoOptions,
  resources: RunResources,
  note: (text: string) => void,
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
    onError: (error) => {
      note(`the feed failed: ${messageOf(error)}`);
    },
    onEnded: note,
  });
  resources.add(() => feed.stop());
  return feed;
}
