#!/usr/bin/env bash
# jest removes the first line of a Redis script that declares its flags, also from a custom transform; esbuild keeps it.
#
# Tried on 2026-11-28 with jest 30.5.2 and esbuild 0.28.2 (npm) on Node 20.20.
#
# Behaviour: a Redis script may begin with a line like `#!lua flags=allow-oom`, which says what the server lets it do. It
# has the form of a Unix interpreter line, and jest takes such a line away from every file before any transform is called. A
# transform that answers the text of a .lua file therefore answers a script without flags. The text loader of esbuild
# gives the file as it is, so the build and the tests run different scripts.
# Output seen:
#   jest:    ["","return 1",""]
#   esbuild: ["#!lua flags=allow-oom","return 1",""]
#
# Why it matters: a script without a flags line runs in Redis' compatibility mode. What the flag is for, a write while the
# memory is full for example, fails in the tests alone, or a forbidden one passes in the tests alone. A transform that
# reads the file by its path, the second argument, sees all of it.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts jest@30.5.2 esbuild@0.28.2 || exit 2
cd "$T"
printf '#!lua flags=allow-oom\nreturn 1\n' >script.lua
cat >text.js <<'JS'
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
JS
cat >jest.config.js <<'JS'
module.exports = { transform: { '\\.lua$': './text.js' }, moduleFileExtensions: ['js', 'lua'], rootDir: __dirname };
JS
cat >script.test.js <<'JS'
test('the text of a script', () => {
  require('node:fs').writeFileSync('seen.json', JSON.stringify(require('./script.lua').split('\n')));
});
JS
cat >entry.js <<'JS'
const text = require('./script.lua');
console.log(JSON.stringify((text.default ?? text).split('\n')));
JS
npx jest --silent >jest.log 2>&1 || { cat jest.log && exit 2; }
npx esbuild entry.js --bundle --platform=node --loader:.lua=text --outfile=built.js --log-level=error || exit 2
jest=$(cat seen.json)
esbuild=$(node built.js)
echo "jest:    $jest"
echo "esbuild: $esbuild"
case "$jest" in *flags=*) echo "CHANGED: jest keeps the first line" && exit 1 ;; esac
case "$esbuild" in *flags=*) ;; *) echo "CHANGED: esbuild removes the first line" && exit 1 ;; esac
