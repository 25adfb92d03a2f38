import { describe, expect, it } from '@jest/globals';
import { KEY_TABLE } from '@quantum/redis-schemas';
import { defineConfig, loadConfig } from '@quantum/service-kit';
import { DEFAULT_SERVICES, portOf, PROGRAMS, SERVICE_APPS, SERVICE_VARIABLES, SERVICES } from './index.js'; // prettier-ignore

const duplicates = (values: readonly unknown[]): unknown[] => values.filter((value, i) => values.indexOf(value) !== i);

describe('the services', () => {
  it('have names and ports of their own, for all may run on one host', () => {
    expect(duplicates(SERVICES.map(({ name }) => name))).toEqual([]);
    expect(duplicates(SERVICES.map(portOf))).toEqual([]);
    expect(SERVICES.map(portOf).filter((port) => !(port > 0))).toEqual([]);
  });

  it('warn of a misspelt variable of each of them', () => {
    const none = defineConfig({});
    const silent = SERVICE_VARIABLES.map((name) => `${name}X`).filter(
      (name) => loadConfig(none, { [name]: '1' }, SERVICE_VARIABLES).warnings.length === 0,
    );
    expect(silent).toEqual([]);
    expect(loadConfig(none, { ROLLOUT_INTERVALL_SEC: '5', PATH: '/bin' }, SERVICE_VARIABLES).warnings).toEqual([
      'ROLLOUT_INTERVALL_SEC is not a known name and has no effect; the nearest known name is ROLLOUT_INTERVAL_SEC',
    ]);
  });

  it('are programs of a release, and the annotator runs only where it is asked for', () => {
    expect(PROGRAMS).toEqual(expect.arrayContaining([...SERVICE_APPS]));
    expect(DEFAULT_SERVICES.map(({ name }) => name)).not.toContain('annotator');
  });

  it('and the other programs are what the list of keys calls its writers and readers', () => {
    const texts = KEY_TABLE.map(({ writer, readers }) => `${writer}, ${readers}`.replace(/`[^`]*`/g, ''));
    const named = texts.flatMap((text) => text.match(/\b[a-z]+-[a-z]+\b/g) ?? []);
    expect(named.filter((name) => !PROGRAMS.includes(name))).toEqual([]);
  });
});
