import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { dashboards } from './files.js';

const isSkipped = spawnSync('promtool', ['--version']).error !== undefined && process.env['CI'] !== 'true';

(isSkipped ? it.skip : it)(
  `promtool takes every query of every dashboard${isSkipped ? ' (skipped: promtool is missing)' : ''}`,
  () => {
    const exprs = dashboards().flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))),
    );
    const rules = [...new Set(exprs)].map((expr, i) => ({
      record: `query:${i}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const folder = mkdtempSync(join(tmpdir(), 'queries-'));
    try {
      const file = join(folder, 'rules.yml'); // YAML reads JSON
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      expect({ status, said: stdout + stderr }).toEqual({
        status: 0,
        said: expect.stringContaining(`SUCCESS: ${rules.length} rules found`),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
