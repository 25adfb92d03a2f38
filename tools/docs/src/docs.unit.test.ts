import { describe, expect, it } from '@jest/globals';
import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import {
  ALLOCATION_FIELDS,
  BUDGET_FIELDS,
  EFFICIENCY_FIELDS,
  parsePlan,
  PermitSchema,
  POSITION_FIELDS,
  TARGET_FIELDS,
} from '@quantum/redis-schemas';
import { DEADLETTER_REASONS, describeMetrics, SKIP_REASONS } from '@quantum/metrics';
import { GATE_FIELDS, GATE_NAMES } from '@quantum/risk-gates';
import { GUARD_VERDICTS } from '@quantum/rollout-guards';
import { fillBlocks } from './blocks.js';
import { fieldRows } from './fields.js';
import {
  BUDGET_INPUTS,
  EFFICIENCY_INPUTS,
  PLAN_INPUTS,
  POSITION_INPUTS,
  TARGET_INPUTS,
  type InputField,
} from './input-fields.js';
import { examplesOf, missingStatements } from './examples.js';
import { anchorsOf, namedFiles, relativeLinks } from './links.js';
import { table } from './markdown.js';
import { lacksServerNote, namedFor, SERVER_UNITS } from './servers.js';
import { TABLES } from './tables.js';
import { avoidedWords } from './words.js';

describe('fillBlocks', () => {
  const tables = { list: () => 'new' };

  it('replaces the content of a block and nothing else, and is stable', () => {
    const once = fillBlocks('a\n<!-- generated: list -->\nold\n<!-- end -->\nb', tables);
    expect(once).toBe('a\n<!-- generated: list -->\n\nnew\n\n<!-- end -->\nb');
    expect(fillBlocks(once, tables)).toBe(once);
  });

  it('refuses a list that no one makes, and a block without an end', () => {
    expect(() => fillBlocks('<!-- generated: x -->\n<!-- end -->', tables)).toThrow('no one makes the list x');
    expect(() => fillBlocks('<!-- generated: list -->\n', tables)).toThrow('has no <!-- end -->');
  });
});

describe('table', () => {
  it('escapes what would end a cell', () => {
    expect(table(['a'], [['x|y']])).toContain('x\\|y');
  });
});

describe('examples', () => {
  const document = '```ts\nconst a = f({\n  b: 1,\n}); // a note\nexpect(a).toBe(2);\n```\n\n(run as [x](src/x.ts))\n';

  it('are the code before the test that they are run as', () => {
    expect(examplesOf(document).map(({ file }) => file)).toEqual(['src/x.ts']);
    expect(examplesOf('```ts\nf();\n```\n\ntext')).toEqual([]);
  });

  it('are in the test statement by statement, however it is formatted', () => {
    const [{ code } = { code: '' }] = examplesOf(document);
    expect(missingStatements(code, 'const a = f({ b: 1 });\n  // before\n  expect(a).toBe(2);')).toEqual([]);
    expect(missingStatements(code, 'const a = f({ b: 1, c: 2 });\nexpect(a).toBe(2);')).toEqual([
      'const a = f({\n  b: 1,\n})',
    ]);
  });
});

describe('links', () => {
  it('are found with their anchors, not those in code or on the web', () => {
    expect(relativeLinks('[a](b.md#c) [w](https://x) [i](#i) `[c](d)`\n```\n[e](f)\n```')).toEqual([
      { file: 'b.md', anchor: 'c' },
      { file: '', anchor: 'i' },
    ]);
  });

  it('lead to headings as GitHub names them', () => {
    const document = '# One: the `first` (1)\n```\n# no heading\n```\n## P3.1’s keys, read-only \ntext # none\n';
    expect(anchorsOf(document)).toEqual(['one-the-first-1', 'p31s-keys-read-only']);
  });
});

describe('files that are named in code', () => {
  it('are those of the project, not patterns, commands, and files of a host', () => {
    const document =
      '`libs/x/src/y.ts`, `src/y.lua`, `src/*.ts`, `y.ts`, `/etc/quantum/x.env`, `node dist/x.js`, libs/x/z.ts';
    expect(namedFiles(document)).toEqual(['libs/x/src/y.ts', 'src/y.lua']);
  });
});

describe('the generated lists', () => {
  const codesOf = (name: string): string[] =>
    (TABLES[name]?.() ?? '').split('\n').flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? []);

  it('list every reason and gate of the code, in its order', () => {
    expect(codesOf('reasons:efficiency')).toEqual(EFFICIENCY_REASONS);
    expect(codesOf('reasons:skip')).toEqual(SKIP_REASONS);
    expect(codesOf('reasons:deadletter')).toEqual(DEADLETTER_REASONS);
    expect(codesOf('gates')).toEqual(GATE_NAMES);
  });

  it('agree with the label values of the metrics', () => {
    const labels = (metric: string, label: string) =>
      describeMetrics().find(({ name }) => name === metric)?.labels[label];
    expect(labels('p29_shadow_skipped_total', 'reason')).toEqual(codesOf('reasons:skip'));
    expect(labels('p32_deadletter_total', 'reason')).toEqual(codesOf('reasons:deadletter'));
    expect(labels('p32_errors_total', 'kind')).toEqual(codesOf('reasons:errors'));
    expect(labels('rollout_guard', 'verdict')).toEqual(GUARD_VERDICTS);
  });
});

describe('the fields that services write', () => {
  it('are listed with their types, and with those that may be missing', () => {
    const rows = fieldRows(PermitSchema);
    const row = (name: string) => rows.find((each) => each.name === name);
    expect(row('granted')).toMatchObject({ type: '`true`', optional: false });
    expect(row('computed_qty')).toMatchObject({ type: 'number', optional: false });
    expect(row('eff_action')).toMatchObject({ type: '`"NONE"`, `"DOWNSIZE"`' });
    expect(row('would_block')).toMatchObject({ type: 'array of strings' });
    expect(row('policy')).toMatchObject({ optional: true });
  });
});

describe('the fields that services read', () => {
  const names = (list: readonly InputField[]): string[] => list.map(({ name }) => name).sort();
  const plan = { plan_id: 'p', symbol: 'S', decision: 'EXECUTE' };

  it('of a plan are those that its parser and the gates read, and required are those without which there is no plan', () => {
    const read = new Set<string>();
    for (const fields of [plan, { ...plan, reduceOnly: 'true' }]) {
      parsePlan(new Proxy<Record<string, string>>(fields, { get: (of, name: string) => (read.add(name), of[name]) }));
    }
    expect(names(PLAN_INPUTS)).toEqual([...read, ...GATE_FIELDS.map(([, { field }]) => field)].sort());
    const every = Object.fromEntries(PLAN_INPUTS.map(({ name }) => [name, '1']));
    const isNeeded = ({ name }: InputField): boolean => {
      const fields = { ...every, ...plan };
      return parsePlan({ ...fields, [name]: '' }).kind !== 'plan';
    };
    expect(PLAN_INPUTS.filter(isNeeded)).toEqual(PLAN_INPUTS.filter(({ required }) => required));
  });

  it('of keys are those that are asked for', () => {
    const sorted = (...lists: (readonly string[])[]): string[] => [...new Set(lists.flat())].sort();
    expect(names(TARGET_INPUTS)).toEqual(sorted(TARGET_FIELDS, ALLOCATION_FIELDS));
    expect(names(EFFICIENCY_INPUTS)).toEqual(sorted(EFFICIENCY_FIELDS));
    expect(names(BUDGET_INPUTS)).toEqual(sorted(BUDGET_FIELDS));
    expect(names(POSITION_INPUTS)).toEqual(sorted(POSITION_FIELDS));
  });
});

describe('avoided words', () => {
  it('are found in prose with their line, across line ends and in any case', () => {
    expect(avoidedWords('It stands here.\nThere are so\nmany.\nWhoever asks.')).toEqual([
      '1: "stands"; write: is, is stored, applies',
      '2: "so many"; write: the number',
      '4: "Whoever"; write: anyone who',
    ]);
  });

  it('are allowed in code, link targets, generated lists and other words', () => {
    const block = '<!-- generated: x -->\nstands\n<!-- end -->\n<!-- measured: x -->\nstands\n<!-- /measured -->';
    const code = '```sh\nstands\n```\n\n    stands\n\n`stands` [a](stands.md)';
    expect(avoidedWords(`${block}\n${code}\nA stand-in, a standby, one stands by: understands.`)).toEqual([]);
  });
});

describe('a page that names what is called otherwise on Valkey', () => {
  it.each(['    redis-cli PING', 'Set it in redis.conf.', '`aclfile /etc/redis/users.acl`'])('says so: %s', (text) => {
    expect(lacksServerNote('docs/x.md', text)).toBe(true);
    expect(lacksServerNote('docs/x.md', `${text} On Valkey: valkey-cli.`)).toBe(false);
    expect(lacksServerNote('libs/private-redis/README.md', text)).toBe(false);
  });

  it('is none of those that name neither', () => {
    expect(lacksServerNote('docs/x.md', 'Redis 8')).toBe(false);
  });
});

describe('the names of a server', () => {
  const text =
    'redis-cli ACL LOAD; sed -i s/x/y/ /etc/redis/redis.conf; systemctl stop redis-server; Redis 7.0.15: fine';

  it('are read for those of Redis', () => {
    expect(namedFor('redis', text)).toBe(text);
    expect(namedFor('valkey', text)).toBe(
      'valkey-cli ACL LOAD; sed -i s/x/y/ /etc/valkey/valkey.conf; systemctl stop valkey-server; Valkey 7.0.15: fine',
    );
    expect(namedFor('valkey', 'cp deploy/redis/users.acl Redis')).toBe('cp deploy/redis/users.acl Redis');
  });

  it('have two units each', () => {
    expect(SERVER_UNITS.join(' ')).toBe('redis-server.service redis.service valkey-server.service valkey.service');
  });
});
