#!/usr/bin/env bash
# zod does not read back its own JSON Schema: rules that it wrote without a `type` beside them are dropped without a
# word.
#
# Tried on 2026-11-28 with zod 4.6.7 (npm) on Node 20.20.
#
# Behaviour: z.toJSONSchema() writes a second rule of the same kind as {"allOf":[{"pattern":...}]}, without a type.
# z.fromJSONSchema() reads only composition (`allOf`, `anyOf`, `oneOf`) and `$ref` where `type`, `enum` and `const`
# are absent. It also ignores `required` for names that `properties` does not list, which is how zod writes
# z.record(z.enum([...]), ...). It refuses `not` and `if` with an error, so silence looks like support. zod documents
# fromJSONSchema as experimental.
# Output seen (the JSON Schema, then what is left after fromJSONSchema and toJSONSchema):
#   two patterns:  {"type":"string","allOf":[{"pattern":"^[A-Z0-9]+$"},{"pattern":"USDT$"}]}
#                  -> {"allOf":[{"type":"string"},{},{}]}
#   two steps:     {"type":"number","multipleOf":0.5,"allOf":[{"multipleOf":0.3}]}
#                  -> {"allOf":[{"type":"number","multipleOf":0.5},{}]}
#   every symbol:  "required":["BTCUSDT","ETHUSDT"] -> no `required`
#   one of two:    "anyOf":[{"required":["qty"]},{"required":["close_qty"]}] -> "anyOf":[{},{}]
#
# Why it matters: a wire contract that one team publishes as JSON Schema and another loads into zod checks less than
# it says: a second pattern on a symbol, a tick beside a lot, "qty or close_qty". Nothing fails. Compare the schema
# after a round trip in a test, or check with a JSON Schema validator and keep zod for the types.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts zod@4.6.7 || exit 2
cat >"$T/check.js" <<'JS'
const { z } = require('zod');

const withoutDialect = ({ $schema, ...rest }) => rest;
const write = (schema) => withoutDialect(z.toJSONSchema(schema));
let changed = false;

/** Prints a schema before and after a round trip, and notes whether the given rule survives it. */
function roundTrip(label, jsonSchema, rule) {
  const before = JSON.stringify(jsonSchema);
  const after = JSON.stringify(write(z.fromJSONSchema(jsonSchema)));
  console.log(`${label}: ${before} -> ${after}`);
  if (!before.includes(rule)) throw new Error(`the rule ${rule} is not in the schema`);
  if (after.includes(rule)) changed = true;
}

roundTrip('two patterns', write(z.string().regex(/^[A-Z0-9]+$/).regex(/USDT$/)), 'USDT$');
roundTrip('two steps', write(z.number().multipleOf(0.5).multipleOf(0.3)), '0.3');
roundTrip('every symbol', write(z.record(z.enum(['BTCUSDT', 'ETHUSDT']), z.number())), 'required');
const number = { type: 'number' };
roundTrip(
  'one of two',
  {
    type: 'object',
    properties: { qty: number, close_qty: number },
    anyOf: [{ required: ['qty'] }, { required: ['close_qty'] }],
  },
  'required',
);

let refused = false;
try {
  z.fromJSONSchema({ not: { type: 'string' } });
} catch {
  refused = true;
}
if (changed || !refused) throw new Error('CHANGED: a rule survives the round trip, or `not` is accepted');
JS
node "$T/check.js"
