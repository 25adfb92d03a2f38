import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@quantum/service-kit';

/** Something that has to be taken down again. */
type TakeDown = () => Promise<void>;

/**
 * What a run has set up, taken down in reverse order, once, whatever happens: also when one of them fails. Its folder
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
