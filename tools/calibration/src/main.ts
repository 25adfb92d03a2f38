import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { FIGURES, fillPage } from './page.js';
import { ROLLOUT_FIGURES } from './rollout-page.js';

const PAGES: Readonly<Record<string, typeof FIGURES>> = { 'brain.md': FIGURES, 'rollout.md': ROLLOUT_FIGURES };

const [path] = process.argv.slice(2);
const figures = path === undefined ? undefined : PAGES[basename(path)];
if (path === undefined || figures === undefined) {
  console.error('usage: node main.js docs/brain.md | docs/rollout.md');
  process.exitCode = 1;
} else {
  const page = fillPage(readFileSync(path, 'utf8'), (name) => {
    const make = figures[name];
    if (!make)
      throw new Error(`nothing is simulated that is called ${name}; known: ${Object.keys(figures).join(', ')}`);
    const from = performance.now();
    const filled = make();
    console.log(`${name}: ${Math.round((performance.now() - from) / 1000)} s`);
    return filled;
  });
  writeFileSync(path, page);
}
