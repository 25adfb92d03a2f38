import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { useInstaller } from './installer.test-support.js';

const UNIT = 'etc/systemd/system/quantum-governor.service';
const FOREIGN = '[Service]\nExecStart=/usr/bin/python3 governor.py\n';
const STEPS = ['ln', 'mv', 'rm'];

const { host } = useInstaller();

/** Files and links by path with their content, but not when they were written. */
const content = (): Record<string, string> =>
  Object.fromEntries(Object.entries(host.snapshot()).map(([path, text]) => [path, text.replace(/^\d+ [\d.]+ /, '')]));

function release(version: string): void {
  host.source('dist/apps/governor-plugin/main.js', `// release ${version}\n`);
  host.source('deploy/systemd/quantum-governor.service', `# quantum-capital-efficiency unit\n# release ${version}\n`);
  host.source('deploy/env/governor.env', `REDIS_HOST=localhost\nMETRICS_PORT=${version}\n`);
}

/** From now on the installer is killed as it comes to its n-th change of files; 0: it is left alone. */
function killAt(step: number): void {
  for (const name of STEPS) {
    host.script(
      name,
      `[ ${step} = 0 ] || { echo >>"$SCRATCH/steps-${step}"; [ "$(wc -l <"$SCRATCH/steps-${step}")" != ${step} ] || kill -9 $PPID; }
exec /bin/${name} "$@"`,
    );
  }
}

/** Kills a command at each of its steps in turn, from the same state of the host. `check` gets the step. */
function killedAtEveryStep(command: string[], check: (step: number) => void): number {
  const restore = host.keep();
  for (let step = 1; ; step += 1) {
    killAt(step);
    const { code } = host.install(...command);
    killAt(0);
    if (code === 0) return step - 1;
    check(step);
    restore();
  }
}

const succeed = (...args: string[]): void => {
  expect(host.install(...args)).toMatchObject({ code: 0, stderr: '' });
};

describe('an install that is killed', () => {
  it('at any step can be rolled back', () => {
    for (const version of ['1', '2']) {
      release(version);
      succeed('--version', version);
    }
    release('3');
    const switched: boolean[] = [];
    const steps = killedAtEveryStep(['--version', '3'], (step) => {
      const isSwitched = host.link('current') === '3';
      switched.push(isSwitched);
      const back = isSwitched ? '2' : '1';
      expect({ step, ...host.install('rollback') }).toMatchObject({ step, code: 0, stderr: '' });
      expect({ step, current: host.link('current') }).toEqual({ step, current: back });
      expect(host.read(UNIT)).toContain(`# release ${back}\n`);
      expect(host.list('opt/quantum')).toEqual(['current', 'previous', 'releases']);
    });
    expect(steps).toBeGreaterThan(10);
    expect([switched[0], switched.at(-1)]).toEqual([false, true]);
  }, 300_000);

  it('of a host with nothing, at any step ends with both services, when it is done again', () => {
    release('1');
    const command = ['--version', '1'];
    const restore = host.keep();
    succeed(...command);
    const whole = content();
    restore();
    killedAtEveryStep(command, (step) => {
      succeed(...command);
      expect({ step, files: content() }).toEqual({ step, files: whole });
    });
  }, 300_000);

  it('at any step ends as if it had not been, when it is done again', () => {
    release('1');
    host.put(UNIT, FOREIGN);
    succeed('--service', 'allocation-target', '--version', '1');
    release('2');
    const command = ['--version', '2', '--replace', '--service', 'governor'];
    const restore = host.keep();
    succeed(...command);
    const whole = content();
    restore();
    killedAtEveryStep(command, (step) => {
      succeed(...command);
      expect({ step, files: content() }).toEqual({ step, files: whole });
      succeed('rollback');
      expect({ step, unit: host.read(UNIT) }).toEqual({ step, unit: FOREIGN });
    });
  }, 300_000);
});

it('a rollback that is killed at any step ends as if it had not been, when it is done again', () => {
  for (const version of ['1', '2']) {
    release(version);
    succeed('--version', version);
  }
  killedAtEveryStep(['rollback'], (step) => {
    // Once more would go forward again.
    const isComplete = host.link('current') === '1' && !host.list('opt/quantum').includes('.switch');
    if (isComplete) return;
    succeed('rollback');
    expect({ step, current: host.link('current'), previous: host.link('previous') }).toEqual({
      step,
      current: '1',
      previous: '2',
    });
    expect(host.read(UNIT)).toContain('# release 1\n');
  });
}, 300_000);

describe('two installers at once', () => {
  /** Starts one that stays in its editor, which waits at a named pipe, until `end`; resolves when it is there. */
  async function busy(): Promise<{ pid: number; end: () => Promise<string> }> {
    execFileSync('mkfifo', [host.path('there'), host.path('go')]);
    host.script('editor', 'echo >"$SCRATCH/there"; read -r _ <"$SCRATCH/go"');
    const child = host.start('configure', '--service', 'governor');
    const out = text(child.stdout!);
    await readFile(host.path('there'));
    return {
      pid: child.pid!,
      end: async () => {
        await writeFile(host.path('go'), '\n');
        return out;
      },
    };
  }

  it('the second changes nothing and names the first; status does not wait', async () => {
    succeed();
    const { pid, end } = await busy();
    const before = content();
    for (const command of [['--version', '2'], ['rollback'], ['remove', '--service', 'governor']]) {
      const { code, stderr } = host.install(...command);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          new RegExp(
            `^install: another one is at work: deploy/install configure, process ${pid}, since \\d{4}-.*; nothing was changed`,
          ),
        ) as unknown,
      });
    }
    expect(host.install('status').code).toBe(0);
    expect(content()).toEqual(before);
    expect(await end()).toContain('governor.env: in place');
    succeed('remove', '--service', 'governor');
  });

  it('one that was killed is in nobody’s way', () => {
    succeed();
    killAt(1);
    expect(host.install('--version', '2').code).not.toBe(0);
    killAt(0);
    succeed('--version', '2');
    expect(host.list('opt/quantum')).toEqual(['current', 'previous', 'releases']);
  });
});
