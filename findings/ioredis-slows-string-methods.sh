#!/usr/bin/env bash
# To load ioredis 6 makes every call of a string method in the whole process several times slower.
#
# Tried on 2026-11-29 with ioredis 6.0.0 and 5.11.1 (npm) on Node 20.20.2 (npm package node).
#
# Behaviour: ioredis 6 has a class that extends String, for replies of RESP3's verbatim type. When that class is defined,
# V8 turns String.prototype from fast properties into a dictionary, and leaves it so. Compiled code then looks up charCodeAt,
# slice and the like in that dictionary at each call. No reply of that type is needed, and no command: `require` is enough.
# ioredis 5 does not do it. Node 24.21.0 and 26.10.0 behave like 20.20.2. A loop over the names of an object that inherits from String.prototype makes it fast again.
# Output seen:
#   without ioredis: fast true
#   ioredis 5.11.1: fast true
#   ioredis 6.0.0: fast false
#   ioredis 6.0.0, then a loop over the names: fast true
#   charCodeAt with ioredis 6.0.0, against without: 4.5 times as long
# The last number depends on the machine; more than twice is asked for.
#
# Why it matters: a process that parses much text pays, wherever the client is imported, and a profile shows the time at the
# string methods, not at the client. A subclass of a built-in in any dependency can do the same.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
cd "$T"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund node@20.20.2 five@npm:ioredis@5.11.1 six@npm:ioredis@6.0.0 >/dev/null
NODE=$T/node_modules/node/bin/node
cat >fast.cjs <<'JS'
const [, , client, restore] = process.argv;
if (client) require(client);
if (restore) for (const name in Object.create(String.prototype)) void name;
console.log(`fast ${%HasFastProperties(String.prototype)}`);
JS
cat >time.cjs <<'JS'
const [, , client] = process.argv;
if (client) require(client);
const text = 'plan_id=BTCUSDT-0001;'.repeat(50_000);
const sum = () => {
  let total = 0;
  for (let i = 0; i < text.length; i += 1) total += text.charCodeAt(i);
  return total;
};
for (let i = 0; i < 5; i += 1) sum();
const begin = process.hrtime.bigint();
for (let i = 0; i < 20; i += 1) sum();
console.log(Number(process.hrtime.bigint() - begin));
JS
fast() { "$NODE" --allow-natives-syntax fast.cjs "$@"; }
seen=$(
  echo "without ioredis: $(fast)"
  echo "ioredis 5.11.1: $(fast five)"
  echo "ioredis 6.0.0: $(fast six)"
  echo "ioredis 6.0.0, then a loop over the names: $(fast six restore)"
)
echo "$seen"
ratio=$("$NODE" -p "($("$NODE" time.cjs six) / $("$NODE" time.cjs)).toFixed(1)")
echo "charCodeAt with ioredis 6.0.0, against without: $ratio times as long"
expected='without ioredis: fast true
ioredis 5.11.1: fast true
ioredis 6.0.0: fast false
ioredis 6.0.0, then a loop over the names: fast true'
[ "$seen" = "$expected" ] && "$NODE" -e "process.exit($ratio > 2 ? 0 : 1)" || { echo 'this has changed' >&2; exit 1; }
