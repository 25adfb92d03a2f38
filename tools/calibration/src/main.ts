import { readFileSync, writeFileSync } from 'node:fs';
import { FIGURES, fillPage } from './page.js';

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: node main.js docs/brain.md');
  process.exitCode = 1;
} else {
  const page = fillPage(readFileSync(path, 'utf8'), (name) => {
    const make = FIGURES[name];
    if (!make)
      throw new Error(`nothing is simulated that is called ${name}; known: ${Object.keys(FIGURES).join(', ')}`);
    const from = performance.now();
    const figures = make();
    console.log(`${name}: ${Math.round((performance.now() - from) / 1000)} s`);
    return figures;
  });
  writeFileSync(path, page);
}
