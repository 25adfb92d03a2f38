import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Process } from './process.js';

const LINES_SHOWN = 20;

export interface Lines {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /**
   * Resolves to the result of `find` for the first line of either stream that it accepts. It searches all lines so far,
   * or with `fromNow` only later ones. @throws Error, with the last lines, if no line matches before the end or in
   * time.
   */
  waitFor: <T>(find: (line: string) => T | undefined, options: LineOptions) => Promise<T>;
}

export interface LineOptions {
  /** For the message: "no line <what>". */
  what: string;
  timeoutMs: number;
  fromNow?: boolean;
}

/** Reads the pipes of a process. */
export function readLines(running: Process): Lines {
  const [stdout, stderr, all]: [string[], string[], string[]] = [[], [], []];
  const news = new EventEmitter();
  running.pipes?.forEach((input, i) => {
    createInterface({ input }).on('line', (line) => {
      (i === 0 ? stdout : stderr).push(line);
      all.push(line);
      news.emit('any');
    });
  });
  void running.exited.then(() => news.emit('any'));

  async function waitFor<T>(find: (line: string) => T | undefined, options: LineOptions): Promise<T> {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const failure = (why: string): Error =>
      new Error(`no line ${options.what}: ${why}; the last lines:\n${all.slice(-LINES_SHOWN).join('\n')}`);
    let next = options.fromNow === true ? all.length : 0;
    for (;;) {
      for (; next < all.length; next += 1) {
        const found = find(all[next] ?? '');
        if (found !== undefined) return found;
      }
      if (running.ended !== undefined) throw failure(`the process ${running.ended}`);
      await once(news, 'any', { signal: timeout }).catch(() => {
        throw failure(`waited ${options.timeoutMs} ms`);
      });
    }
  }
  return { stdout, stderr, waitFor };
}
