import { strict as assert } from 'node:assert';
import { type Redis } from '@quantum/redis-io';
import { DEFAULT_SERVICES, portOf, SERVICES, type ServiceName } from '@quantum/service-config';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, Outcome } from './container.js';
import { commandsOf, comparable, readDocument, stepsOf } from './document.js';

export type Unit = `quantum-${ServiceName}`;
/** The units that an installation without further words starts. */
export const UNITS = DEFAULT_SERVICES.map(({ name }) => `quantum-${name}` as const);

/** The installer of the release in use. */
export const INSTALL = '/opt/quantum/current/deploy/install';

/** The port of a unit's probes. */
export const probesOf = (unit: Unit): number =>
  SERVICES.filter(({ name }) => unit === `quantum-${name}`).map(portOf)[0] ?? 0;

/**
 * A scene of the test: what is done, and checked, on the booted host. Throws where a promise does not hold; may say
 * numbers.
 */
export interface Chapter {
  readonly name: string;
  readonly run: (host: Host) => Promise<string | undefined>;
}

/** The booted host, as an operator and as the test see it. */
export class Host {
  readonly container: Container;
  /** The container's Redis, by its socket: also while nothing else gets in. */
  readonly redis: Redis;
  readonly #root: string;

  constructor(container: Container, redis: Redis, root: string) {
    this.container = container;
    this.redis = redis;
    this.#root = root;
  }

  /** The commands of a chapter of a document, to the letter. */
  commands(document: string, chapter: string): string[] {
    return commandsOf(readDocument(this.#root, document), chapter);
  }

  /** Types a command into the operator's shell, whose folder lasts from one command to the next. */
  type(command: string, environment: Record<string, string> = {}): Promise<Outcome> {
    const inFolder = 'cd "$(cat /root/.folder 2>/dev/null || echo /root)"; trap \'pwd >/root/.folder\' EXIT';
    return this.container.try(`${inFolder}\n${command}`, environment);
  }

  /** As `type`, for what must succeed; its output. */
  async typeWell(command: string, environment: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.type(command, environment);
    if (code !== 0) throw new Error(`$ ${command}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Types the commands of a chapter; each must succeed and print what the document shows. Their outputs. */
  async typeChapter(document: string, chapter: string, environment: Record<string, string> = {}): Promise<string[]> {
    const outputs: string[] = [];
    for (const { command, output } of stepsOf(readDocument(this.#root, document), chapter)) {
      const printed = await this.typeWell(command, environment);
      if (output !== undefined) {
        assert.deepEqual(
          { command, prints: comparable(printed) },
          { command, prints: comparable(this.container.named(output)) },
        );
      }
      outputs.push(printed);
    }
    return outputs;
  }

  property(unit: Unit, name: string): Promise<string> {
    return this.container.run(`systemctl show --value -p ${name} ${unit}`);
  }

  /** Main processes of `UNITS`: other ones where a service was restarted. */
  pids(): Promise<string[]> {
    return Promise.all(UNITS.map((unit) => this.property(unit, 'MainPID')));
  }

  /** The release in use, by the installer. */
  async expectRelease(version: string): Promise<void> {
    assert.match(
      await this.typeWell(`${INSTALL} status`),
      new RegExp(`^current: ${version.replaceAll('.', '\\.')}$`, 'm'),
    );
  }

  /** Removes a service; its unit is gone, and the services of `UNITS` run on. */
  async removeAlone(service: ServiceName): Promise<void> {
    const others = await this.pids();
    await this.typeWell(`${INSTALL} remove --service ${service}`);
    assert.equal((await this.container.try(`systemctl cat quantum-${service}`)).code, 1);
    assert.deepEqual(await this.pids(), others, 'the others run on');
  }

  async bothActive(): Promise<void> {
    for (const unit of UNITS) {
      const state = await this.property(unit, 'ActiveState');
      if (state !== 'active') throw new Error(`${unit} is ${state}:\n${await this.journal(unit)}`);
    }
  }

  journal(unit: Unit, lines = 15): Promise<string> {
    return this.container.run(`journalctl -b -u ${unit} -o cat -n ${lines}`);
  }

  async isReady(unit: Unit): Promise<boolean> {
    return (await this.container.try(`curl -fs -m 1 localhost:${probesOf(unit)}/readyz`)).code === 0;
  }

  /** Waits for an event that is not announced. @throws Error after `limitSec`. Seconds that it took. */
  async until(what: string, limitSec: number, holds: () => Promise<boolean>): Promise<number> {
    const startMs = performance.now();
    while (!(await holds())) {
      if (performance.now() - startMs > limitSec * 1000) throw new Error(`not within ${limitSec} s: ${what}`);
      await delay(50);
    }
    return (performance.now() - startMs) / 1000;
  }

  untilReady(unit: Unit, limitSec = 40): Promise<number> {
    return this.until(`${unit} is ready`, limitSec, () => this.isReady(unit));
  }
}
