#!/usr/bin/env bash
# Four of six packages for Avro and Protocol Buffers encode every integer below -2^52 as a positive number.
#
# Tried on 2026-11-30 with avsc 5.7.9, avro-js 1.12.2 (and underscore 1.13.7, which it needs without saying so), pbf
# 5.1.2, protocol-buffers-encodings 1.2.0, protobufjs 8.8.1 and google-protobuf 4.0.3 (npm) on Node 20.20.
#
# Promise: the long of Avro and the sint64 of Protocol Buffers hold 64 bits, and both formats define the bytes: those of
# the zigzag code, which is 2n, and -2n - 1 below zero. avsc and avro-js name "64-bit integer compatibility" in their
# README, and refuse numbers beyond 2^53.
# Behaviour: four packages compute the code as a JavaScript number. From 2^53 on the odd code of a negative number does
# not exist there and becomes an even one, which means a positive number. So every number below -2^52 loses its sign,
# and odd ones are also off by one. Positive numbers are right up to 2^53. The readers do the same to right bytes. For
# avsc this was reported in 2024 (issue 455, closed); its newest release still has it.
# Output seen (1,000 amounts in each range, in units of 1e-8 dollars; amounts whose sign changed, each time when the
# package writes and reads, when it writes, and when it reads the right bytes):
#   avsc: short 1 to 45 million 0 0 0, short 46 to 90 million 1000 1000 1000, long 46 to 90 million 0 0 0
#   avro-js, pbf and protocol-buffers-encodings: the same numbers
#   protobufjs and google-protobuf: 0 in all columns
#   -50,000,000.12 dollars: avsc 5000000012000000, avro-js 5000000012000000, pbf 5000000012000000,
#     protocol-buffers-encodings 5000000012000000, protobufjs -5000000012000000, google-protobuf -5000000012000000
#
# Why it matters: money as a whole number with 8 decimals passes -2^52 at a short of 45 million dollars. The next
# service, in any language, then sees a long position or a gain of that size. The bytes are valid, and a check of the
# absolute value passes. Tests with positive or smaller amounts pass. Send a string, or fewer decimals, or give avsc a
# type for longs that uses BigInt.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts avsc@5.7.9 avro-js@1.12.2 underscore@1.13.7 \
  pbf@5.1.2 protocol-buffers-encodings@1.2.0 protobufjs@8.8.1 google-protobuf@4.0.3 || exit 2
cat >"$T/check.mjs" <<'JS'
import { createRequire } from 'node:module';
import { PbfReader, PbfWriter } from 'pbf';
const require = createRequire(import.meta.url);

/** The code as both formats define it, by whole numbers of any size. */
function encode(number) {
  let code = BigInt.asUintN(64, (BigInt(number) << 1n) ^ (BigInt(number) >> 63n));
  const bytes = [];
  for (; code > 127n; code >>= 7n) bytes.push(Number(code & 127n) | 128);
  return Buffer.from([...bytes, Number(code)]);
}
function decode(bytes) {
  const code = [...bytes].reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n);
  return Number(code & 1n ? -(code + 1n) / 2n : code / 2n);
}
const [avsc, avroJs] = [require('avsc').Type.forSchema('long'), require('avro-js').parse('"long"')];
const { sint64 } = require('protocol-buffers-encodings');
const message = require('protobufjs').parse('syntax = "proto3"; message M { sint64 n = 1; }').root.lookupType('M');
const google = require('google-protobuf');
const field = (bytes) => Buffer.concat([Buffer.from([8]), bytes]); // field 1, a varint
function googleWrite(number) {
  const writer = new google.BinaryWriter();
  writer.writeSint64(1, number);
  return Buffer.from(writer.getResultBuffer()).subarray(1);
}
function googleRead(bytes) {
  const reader = new google.BinaryReader(field(bytes));
  reader.nextField();
  return reader.readSint64();
}
const CODECS = {
  avsc: { write: (number) => avsc.toBuffer(number), read: (bytes) => avsc.fromBuffer(bytes) },
  'avro-js': { write: (number) => avroJs.toBuffer(number), read: (bytes) => avroJs.fromBuffer(bytes) },
  pbf: {
    write: (number) => {
      const writer = new PbfWriter();
      writer.writeSVarint(number);
      return Buffer.from(writer.finish());
    },
    read: (bytes) => new PbfReader(bytes).readSVarint(),
  },
  'protocol-buffers-encodings': {
    write: (number) => Buffer.from(sint64.encode(number, Buffer.alloc(sint64.encodingLength(number)), 0)),
    read: (bytes) => sint64.decode(bytes, 0),
  },
  protobufjs: {
    write: (number) => Buffer.from(message.encode(message.fromObject({ n: number })).finish()).subarray(1),
    read: (bytes) => Number(message.decode(field(bytes)).n),
  },
  'google-protobuf': { write: googleWrite, read: googleRead },
};

let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
/** Amounts of whole cents, in units of 1e-8 dollars, between two amounts in millions. */
const amounts = (low, high) => Array.from({ length: 1000 }, () => Math.floor((low + random() * (high - low)) * 1e8) * 1e6);
const GROUPS = { 'short 1 to 45 million': amounts(-45, -1), 'short 46 to 90 million': amounts(-90, -46), 'long 46 to 90 million': amounts(46, 90) };

const wrong = {};
for (const [name, { write, read }] of Object.entries(CODECS)) {
  const counts = Object.values(GROUPS).map((numbers) => {
    const count = (copy) => numbers.filter((number) => Math.sign(copy(number)) !== Math.sign(number)).length;
    return [count((number) => read(write(number))), count((number) => decode(write(number))), count((number) => read(encode(number)))];
  });
  wrong[name] = counts;
  console.log(`${name}: ${Object.keys(GROUPS).map((group, i) => `${group} ${counts[i].join(' ')}`).join(', ')}`);
}
const shown = -50_000_000_12000000;
console.log(`-50,000,000.12 dollars: ${Object.entries(CODECS).map(([name, { write, read }]) => `${name} ${read(write(shown))}`).join(', ')}`);
const none = (counts) => counts.flat().every((count) => count === 0);
const shorts = Object.values(GROUPS).flat().every((number) => decode(encode(number)) === number);
if (!shorts || !none(wrong.protobufjs) || !none(wrong['google-protobuf'])) throw new Error('the comparison is wrong');
for (const name of Object.keys(CODECS).slice(0, 4)) {
  const [small, short, long] = wrong[name];
  if (!none([small, long])) throw new Error(`CHANGED: ${name} is wrong for other numbers too`);
  if (short[0] < 900) throw new Error(`CHANGED: ${name} keeps the sign`);
}
JS
node "$T/check.mjs"
