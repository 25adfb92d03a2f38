import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@quantum/service-kit';

/** A resource that must be released at the end. */
type Release = () => Promise<void>;

/** The resources of a run, released once, in reverse order, even if a release fails; its folder last. */
export class RunResources {
  readonly folder = mkdtempSync(join(tmpdir(), 'quantum-demo-'));
  readonly #releases: Release[] = [];
  readonly #onExit = () => {
    rmSync(this.folder, { recursive: true, force: true });
  };

  constructor() {
    process.once('exit', this.#onExit);
  }

  add(release: Release): void {
    this.#releases.push(release);
  }

  async release(): Promise<void> {
    for (let next = this.#releases.pop(); next !== undefined; next = this.#releases.pop()) {
      await next().catch((error: unknown) => {
        process.stderr.write(`while stopping: ${messageOf(error)}\n`);
      });
    }
    this.#onExit();
    process.off('exit', this.#onExit);
  }
}
