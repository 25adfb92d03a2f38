#!/usr/bin/env bash
# A packed histogram of hdr-histogram-js that grows beyond 128 KiB overwrites its own counts and reports wrong
# percentiles.
#
# Tried on 2026-11-30 with hdr-histogram-js 3.0.1 (npm) on Node 20.20.
#
# Promise: the README highly recommends `bitBucketSize: 'packed'` where memory matters more than CPU time. It allows 1
# to 5 significant digits, and values up to Number.MAX_SAFE_INTEGER.
# Behaviour: the packed array is a tree. Its nodes refer to each other by 16-bit positions, in units of two bytes.
# Beyond 65,536 positions a reference wraps around and points to an older node, and later counts go there. Nothing
# reports an error, and totalCount, which is counted separately, stays right. The array also goes on growing, to seven
# times the size of a histogram with 32-bit buckets, which is right.
# Output seen (100,000 values between 1 and 1,000,000, evenly spread over the magnitudes):
#   3 digits: p50 1020: 32 bit 1020, packed 1020; p99 876655: 32 bit 877055, packed 877055
#     32 bit has 46080 bytes, packed 44008 and totalCount 100000
#   4 digits: p50 1015: 32 bit 1015, packed 12704; p99 869527: 32 bit 869535, packed 12706
#     32 bit has 459776 bytes, packed 3248168 and totalCount 100000
#
# Why it matters: a service that records latencies in microseconds switches to four digits and sees its p99 fall from
# 0.87 s to 0.013 s. The error begins only when enough different values have come, so short tests pass. Use 32-bit
# buckets, or watch estimatedFootprintInBytes: below 131,072 the counts are right.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts hdr-histogram-js@3.0.1 || exit 2
cat >"$T/check.js" <<'JS'
const { build } = require('hdr-histogram-js');

const [VALUES, HIGHEST] = [100_000, 1_000_000];
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

function measure(numberOfSignificantValueDigits) {
  const options = { numberOfSignificantValueDigits };
  const histograms = {
    '32 bit': build({ ...options, bitBucketSize: 32 }),
    packed: build({ ...options, bitBucketSize: 'packed' }),
  };
  const values = Array.from({ length: VALUES }, () => Math.floor(HIGHEST ** random()));
  for (const value of values) for (const histogram of Object.values(histograms)) histogram.recordValue(value);
  values.sort((a, b) => a - b);

  const wrong = new Set();
  const lines = [50, 99].map((percent) => {
    const exact = values[Math.ceil((percent / 100) * VALUES) - 1];
    const read = Object.entries(histograms).map(([name, histogram]) => {
      const value = histogram.getValueAtPercentile(percent);
      if (Math.abs(value - exact) > 10 ** -numberOfSignificantValueDigits * exact) wrong.add(name);
      return `${name} ${value}`;
    });
    return `p${percent} ${exact}: ${read.join(', ')}`;
  });
  const { estimatedFootprintInBytes: bytes, totalCount } = histograms.packed;
  console.log(`${numberOfSignificantValueDigits} digits: ${lines.join('; ')}`);
  console.log(`  32 bit has ${histograms['32 bit'].estimatedFootprintInBytes} bytes, packed ${bytes} and totalCount ${totalCount}`);
  return { wrong: [...wrong].join(), bytes, totalCount };
}

const small = measure(3);
const large = measure(4);
if (small.wrong !== '' || small.bytes >= 131_072) throw new Error('CHANGED: a small packed histogram is wrong or large');
if (large.wrong !== 'packed' || large.bytes <= 131_072 || large.totalCount !== VALUES)
  throw new Error('CHANGED: a large packed histogram keeps its counts, or another kind loses them');
JS
node "$T/check.js"
