import { runBatch, type Redis } from '@quantum/redis-io';
import { permitKey } from '@quantum/redis-schemas';

const KEYSPACE = /^__keyspace@\d+__:/;

/** The channels, as a pattern, on which a server with these settings announces permits; undefined for none. */
export function permitChannels(flags: string, db: number): string | undefined {
  const stringEvents = flags.includes('$') || flags.includes('A');
  if (!stringEvents) return undefined;
  if (flags.includes('K')) return `__keyspace@${db}__:${permitKey('*')}`;
  return flags.includes('E') ? `__keyevent@${db}__:set` : undefined;
}

/** The plan whose permit an announcement is about; undefined where it is about another key. */
export function announcedPlan(channel: string, message: string): string | undefined {
  const key = KEYSPACE.test(channel) ? channel.replace(KEYSPACE, '') : message;
  const prefix = permitKey('');
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

export interface PermitWatchOptions {
  redis: Redis;
  /** A connection of its own. */
  subscriber: Redis;
  db: number;
  onAnnounced: (planId: string) => void;
  /** Called when announcements begin, with their channels, and when there are none (any more). */
  onChange: (channels: string | undefined) => void;
}

/** Listens to the server's announcements of permits, where it makes them. It never changes the server's settings. */
export class PermitWatch {
  readonly #options: PermitWatchOptions;
  /** Undefined before the first poll. */
  #channels: { pattern: string | undefined } | undefined;

  constructor(options: PermitWatchOptions) {
    this.#options = options;
    options.subscriber.on('pmessage', (_pattern: string, channel: string, message: string) => {
      const planId = announcedPlan(channel, message);
      if (planId !== undefined) options.onAnnounced(planId);
    });
  }

  /** Whether announcements arrive now. */
  get live(): boolean {
    return this.#channels?.pattern !== undefined && this.#options.subscriber.status === 'ready';
  }

  /**
   * Follows the server's settings, which may have changed. Where it does not let us see them, or subscribe, that counts
   * as making no announcements.
   * @throws BatchError when Redis is away.
   */
  async refresh(): Promise<void> {
    const { redis, subscriber, db, onChange } = this.#options;
    const [settings] = await runBatch(redis, [['config', 'GET', 'notify-keyspace-events']]);
    const flags = settings?.ok ? ((settings.value as string[])[1] ?? '') : '';
    const wanted = permitChannels(flags, db);
    if (this.#channels && this.#channels.pattern === wanted) return;
    if (this.#channels?.pattern !== undefined) await subscriber.punsubscribe();
    const pattern = wanted !== undefined && (await this.#subscribe(wanted)) ? wanted : undefined;
    this.#channels = { pattern };
    onChange(pattern);
  }

  async #subscribe(pattern: string): Promise<boolean> {
    try {
      await this.#options.subscriber.psubscribe(pattern);
      return true;
    } catch (error) {
      if ((error as Error).name === 'ReplyError') return false;
      throw error;
    }
  }
}
