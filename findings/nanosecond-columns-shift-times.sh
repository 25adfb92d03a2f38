#!/usr/bin/env bash
# apache-arrow writes three quarters of all Dates into a nanosecond column as another time, up to 128 ns off.
#
# Tried on 2026-11-30 with apache-arrow 21.2.0, hyparquet-writer 0.17.0 and hyparquet 1.33.0 (npm) on Node 20.20.
#
# Promise: the columnar format of Arrow stores a time as a 64-bit integer in the unit of the column. A Date is a whole
# number of milliseconds, so its number of nanoseconds is exact.
# Behaviour: the builder multiplies the milliseconds by 1,000,000 as a JavaScript number and makes a bigint of the
# product. For a present date this product is rounded to a multiple of 256, so only milliseconds divisible by 4 come out
# exact. A quarter of the times also read as another number of milliseconds than was written. Columns in microseconds
# and milliseconds are exact. hyparquet-writer makes the bigint first, and its nanoseconds are exact.
# Output seen (1,000 Dates, one per millisecond, from 2025-11-30 on; joined: equal nanoseconds in both files):
#   milliseconds: 0 of 1000 shifted (differences 0), 0 read as another number of milliseconds
#   microseconds: 0 of 1000 shifted (differences 0), 0 read as another number of milliseconds
#   nanoseconds: 750 of 1000 shifted (differences -128, -64, 0, 64, 128), 250 read as another number of milliseconds
#   hyparquet-writer in nanoseconds: exact; joined with the Arrow file: 250 of 1000
#
# Why it matters: pandas and many feeds store times in nanoseconds. Orders written by a JavaScript service and fills
# written by another language are then joined by time, and three quarters of the rows find no partner. Nothing shows in
# a time that is printed in milliseconds. Make the BigInt64Array yourself, with BigInt(ms) * 1000000n, and pass it to
# makeVector.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts apache-arrow@21.2.0 hyparquet-writer@0.17.0 \
  hyparquet@1.33.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import * as arrow from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

const FIRST = Date.UTC(2025, 10, 30);
const dates = Array.from({ length: 1000 }, (_, i) => new Date(FIRST + i));

/** Writes the dates as an Arrow column of this type, as a file, and reads the file. */
function written(type) {
  const file = arrow.tableToIPC(new arrow.Table({ time: arrow.vectorFromArray(dates, type) }));
  return arrow.tableFromIPC(file).getChild('time');
}
function measure(unit, type, perMillisecond) {
  const column = written(type);
  const off = Array.from(column.toArray(), (time, i) => time - BigInt(dates[i].getTime()) * perMillisecond);
  const result = {
    shifted: off.filter((difference) => difference !== 0n).length,
    other: dates.filter((date, i) => column.get(i) !== date.getTime()).length,
  };
  const differences = [...new Set(off)].sort((a, b) => Number(a - b)).join(', ');
  console.log(`${unit}: ${result.shifted} of 1000 shifted (differences ${differences}), ${result.other} read as another number of milliseconds`);
  return result;
}
const exact = [
  measure('milliseconds', new arrow.TimestampMillisecond(), 1n),
  measure('microseconds', new arrow.TimestampMicrosecond(), 1000n),
];
const nanoseconds = measure('nanoseconds', new arrow.TimestampNanosecond(), 1_000_000n);

const schema = [
  { name: 'root', num_children: 1 },
  { name: 'time', type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' }, repetition_type: 'REQUIRED' },
];
const file = parquetWriteBuffer({ columnData: [{ name: 'time', data: dates }], schema });
const parsers = { timestampFromNanoseconds: (time) => time };
const other = new Set((await parquetReadObjects({ file, parsers })).map(({ time }) => time));
const isExact = dates.every((date) => other.has(BigInt(date.getTime()) * 1_000_000n));
const joined = Array.from(written(new arrow.TimestampNanosecond()).toArray()).filter((time) => other.has(time)).length;
console.log(`hyparquet-writer in nanoseconds: ${isExact ? 'exact' : 'not exact'}; joined with the Arrow file: ${joined} of 1000`);

if (!isExact || exact.some(({ shifted, other }) => shifted + other > 0)) throw new Error('the columns to compare with are wrong');
if (nanoseconds.shifted !== 750 || nanoseconds.other === 0 || joined !== 250) throw new Error('CHANGED: other Dates are shifted, or none');
JS
node "$T/check.mjs"
