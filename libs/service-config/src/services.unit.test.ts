import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KEY_TABLE } from '@quantum/redis-schemas';
import { defineConfig, loadConfig } from '@quantum/service-kit';
import { DEFAULT_SERVICES, portOf, PROGRAMS, SERVICE_APPS, SERVICE_VARIABLES, SERVICES, type RedisUser } from './index.js'; // prettier-ignore

const root = join(__dirname, '..', '..', '..');
const duplicates = (values: readonly unknown[]): unknown[] => values.filter((value, i) => values.indexOf(value) !== i);

describe('the services', () => {
  it('have names and ports of their own, for all may run on one host', () => {
    expect(duplicates(SERVICES.map(({ name }) => name))).toEqual([]);
    expect(duplicates(SERVICES.map(portOf))).toEqual([]);
    expect(SERVICES.map(portOf).filter((port) => !(port > 0))).toEqual([]);
  });

  it('have users that deploy/redis/users.acl knows', () => {
    const acl = readFileSync(join(root, 'deploy', 'redis', 'users.acl'), 'utf8');
    expect(SERVICES.filter(({ redisUser }) => !new RegExp(`^user ${redisUser.name} on `, 'm').test(acl))).toEqual([]);
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

  it('are built from apps that are there, and so is every program of a release', () => {
    const apps = readdirSync(join(root, 'apps'));
    expect(PROGRAMS.filter((program) => !apps.includes(program))).toEqual([]);
    expect(PROGRAMS).toEqual(expect.arrayContaining([...SERVICE_APPS]));
    expect(DEFAULT_SERVICES.map(({ name }) => name)).not.toContain('annotator');
  });

  it('and the other programs are what the list of keys calls its writers and readers', () => {
    const texts = KEY_TABLE.map(({ writer, readers }) => `${writer}, ${readers}`.replace(/`[^`]*`/g, ''));
    const named = texts.flatMap((text) => text.match(/\b[a-z]+-[a-z]+\b/g) ?? []);
    expect(named.filter((name) => !PROGRAMS.includes(name))).toEqual([]);
    const acl = readFileSync(join(root, 'deploy', 'redis', 'users.acl'), 'utf8');
    const touchesKeys = ({ name }: RedisUser) => new RegExp(`^user ${name} on .*~`, 'm').test(acl);
    const missing = SERVICES.filter(({ app }) => !texts.some((text) => new RegExp(`(^|, )${app}\\b`).test(text)));
    expect(missing.filter(({ redisUser }) => touchesKeys(redisUser))).toEqual([]);
  });

  it('are the jobs of the alert rules, at their ports', () => {
    const rules = readFileSync(join(root, 'deploy', 'prometheus', 'alerts.yml'), 'utf8');
    const scraped = [...rules.matchAll(/`quantum-([\w-]+)` \(:(\d+)\)/g)].map(([, name, port]) => [name, Number(port)]);
    expect(scraped).toEqual(SERVICES.map((service) => [service.name, portOf(service)]));
    const jobs = [...rules.matchAll(/job="quantum-([\w-]+)"|(?:systemctl \w+|-u) quantum-([\w-]+)/g)].map(
      ([, job, unit]) => job ?? unit,
    );
    expect(jobs.filter((job) => !SERVICES.some(({ name }) => name === job))).toEqual([]);
    const ports = [...rules.matchAll(/localhost:(\d+)/g)].map(([, port]) => Number(port));
    expect(ports.filter((port) => !SERVICES.map(portOf).includes(port))).toEqual([]);
  });

  it('are the projects that are tagged as services: what starts them builds them', () => {
    const tagged = readdirSync(join(root, 'apps')).filter((app) =>
      readFileSync(join(root, 'apps', app, 'project.json'), 'utf8').includes('"service"'),
    );
    expect(tagged).toEqual([...SERVICE_APPS].sort());
  });
});
