import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@quantum/service-config';
import { addSections } from './blocks.js';
import { userTables } from './redis-users.js';
import { TABLES } from './tables.js';
import { withJobs } from './units.js';

describe('a page that lists something of each service', () => {
  const page = '# Page\n\n## Of a\n\n<!-- generated: list:a -->\nrows\n<!-- end -->\n\n## More\n';

  it('gets a section for the service that it lacks, after the last list', () => {
    const added = addSections(page, 'list', (app) => `## Of ${app}`, ['a', 'b']);
    expect(added).toBe(page.replace('\n## More', '\n## Of b\n\n<!-- generated: list:b -->\n<!-- end -->\n\n## More'));
    expect(addSections(added, 'list', (app) => `## Of ${app}`, ['a', 'b'])).toBe(added);
  });
});

it('the tables of variables list each variable of a service once, those of all services in a table of their own', () => {
  const namesIn = (list: string): string[] =>
    [...(TABLES[`variables:${list}`]?.() ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
  const shared = namesIn('shared');
  expect(shared).toEqual(expect.arrayContaining(['REDIS_URL', 'LOG_LEVEL']));
  for (const { app, definition } of SERVICES) {
    const own = namesIn(app);
    expect([app, ...[...shared, ...own].sort()]).toEqual([app, ...Object.keys(definition.variables).sort()]);
    expect(own).toContain('METRICS_PORT'); // each service has its own default
  }
});

describe('the users of Redis', () => {
  const line = (user: string, password: string): string => `user ${user} on #${password}_SHA256 resetchannels -@all\n`;
  const acl = line('quantum-brain', 'BRAIN_PASSWORD') + line('quantum-proof', 'PROOF_PASSWORD');

  it('are listed in the order of the file, and replace those of before, with their passwords', () => {
    const tables = userTables(acl);
    expect(tables['redis:users']?.().match(/`quantum-\w+`/g)).toEqual(['`quantum-brain`', '`quantum-proof`']);
    expect(tables['redis:passwords']?.()).toBe(
      "    sed -i -E '/^user (quantum-brain|quantum-proof) /d' /etc/redis/users.acl\n" +
        '    sed -e "s/BRAIN_PASSWORD_SHA256/$(hash "$BRAIN_PASSWORD")/" \\\n' +
        '        -e "s/PROOF_PASSWORD_SHA256/$(hash "$PROOF_PASSWORD")/" deploy/redis/users.acl >> /etc/redis/users.acl',
    );
  });

  it('are refused where no one says what they may do', () => {
    expect(() => userTables(line('quantum-other', 'OTHER_PASSWORD'))).toThrow('no words about quantum-other');
  });
});

describe('the alert rules', () => {
  it('name the job of each service, and of no other', () => {
    const rules = '# Rules\n# Generated from libs/service-config: x\n# - `quantum-gone` (:1)\n# severity\ngroups:\n';
    const jobs = withJobs(rules).split('\n').slice(2, -3);
    expect(jobs.map((job) => /`quantum-([\w-]+)`/.exec(job)?.[1])).toEqual(SERVICES.map(({ name }) => name));
    expect(withJobs(withJobs(rules))).toBe(withJobs(rules));
  });
});
