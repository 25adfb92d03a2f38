import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@quantum/service-kit';

/** A resource that must be released at the end. */
type TakeDown = () => Promise<void>;

/**
 * The resources of a run. They are released in reverse order, once, in any case, even if a release fails. Its folder
 * goes last, and with the process at the latest.
 */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'quantum-demo-'));
  readonly #takeDowns: TakeDown[] = [];
  readonly #onExit = () => {
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor() {
    process.once('exit', this.#onExit);
  }

  add(takeDown: TakeDown): void {
    this.#takeDowns.push(takeDown);
  }

  async takeDown(): Promise<void> {
    for (let next = this.#takeDowns.pop(); next !== undefined; next = this.#takeDowns.pop()) {
      await next().catch((error: unknown) => {
        process.stderr.write(`while stopping: ${messageOf(error)}\n`);
      });
    }
    this.#onExit();
    process.off('exit', this.#onExit);
  }
}
