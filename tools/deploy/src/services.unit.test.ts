import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KEY_TABLE } from '@quantum/redis-schemas';
import { portOf, PROGRAMS, SERVICE_APPS, SERVICES, type RedisUser } from '@quantum/service-config';
import { REPO_ROOT } from './repo-root.js';

describe('the services', () => {
  it('have users that deploy/redis/users.acl knows', () => {
    const acl = readFileSync(join(REPO_ROOT, 'deploy', 'redis', 'users.acl'), 'utf8');
    expect(SERVICES.filter(({ redisUser }) => !new RegExp(`^user ${redisUser.name} on `, 'm').test(acl))).toEqual([]);
  });

  it('are in the list of keys, where their user may touch any', () => {
    const acl = readFileSync(join(REPO_ROOT, 'deploy', 'redis', 'users.acl'), 'utf8');
    const touchesKeys = ({ name }: RedisUser) => new RegExp(`^user ${name} on .*~`, 'm').test(acl);
    const texts = KEY_TABLE.map(({ writer, readers }) => `${writer}, ${readers}`.replace(/`[^`]*`/g, ''));
    const missing = SERVICES.filter(({ app }) => !texts.some((text) => new RegExp(`(^|, )${app}\\b`).test(text)));
    expect(missing.filter(({ redisUser }) => touchesKeys(redisUser))).toEqual([]);
  });

  it('are built from apps that are there, as is every program of a release', () => {
    const apps = readdirSync(join(REPO_ROOT, 'apps'));
    expect(PROGRAMS.filter((program) => !apps.includes(program))).toEqual([]);
  });

  it('are the jobs of the alert rules, at their ports', () => {
    const rules = readFileSync(join(REPO_ROOT, 'deploy', 'prometheus', 'alerts.yml'), 'utf8');
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
    const tagged = readdirSync(join(REPO_ROOT, 'apps')).filter((app) =>
      readFileSync(join(REPO_ROOT, 'apps', app, 'project.json'), 'utf8').includes('"service"'),
    );
    expect(tagged).toEqual([...SERVICE_APPS].sort());
  });
});
