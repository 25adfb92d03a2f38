import { parseRecordedProposal } from '@quantum/decisions';
import { hashValues, KeyReads, type Redis } from '@quantum/redis-io';
import { entryIdMs, parsePosition, POSITION_FIELDS, positionKey } from '@quantum/redis-schemas';
import { isFresh, POSITION_FRESH_SEC } from '@quantum/risk-gates';
import type { PositionSide, RecordingLine } from '@quantum/shadow-evidence';

/** A proposal that is older when it is read keeps no side: the position of now is not that of its cycle. */
const MAX_AGE_MS = 60_000;
/** How far ahead P3.3's time may be, seconds: the default of P31_MAX_FUTURE_SEC. */
const MAX_FUTURE_SEC = 60;

/**
 * The lines with the sign of P3.3's position on each fresh proposal, asked of Redis in one round trip. A proposal whose
 * position cannot be read, is stale or is no number keeps none.
 * @throws BatchError when Redis is away
 */
export async function withSides(
  lines: readonly RecordingLine[],
  redis: Redis,
  nowMs: number,
): Promise<RecordingLine[]> {
  const symbols = [...new Set(lines.flatMap((line) => freshSymbolOf(line, nowMs) ?? []))];
  if (symbols.length === 0) return [...lines];
  const reads = new KeyReads();
  const positions = reads.hashes(POSITION_FIELDS);
  for (const symbol of symbols) positions.add(positionKey(symbol));
  await reads.run(redis, []);
  const sides = sidesOf(
    symbols.map((symbol, i) => [symbol, hashValues(positions.replies[i])] as const),
    nowMs / 1000,
  );
  return lines.map((line) => {
    const side = sides.get(freshSymbolOf(line, nowMs) ?? '');
    return line.kind === 'proposal' && side !== undefined ? { ...line, side } : line;
  });
}

function freshSymbolOf(line: RecordingLine, nowMs: number): string | undefined {
  if (line.kind !== 'proposal' || Math.abs(nowMs - entryIdMs(line.id)) > MAX_AGE_MS) return undefined;
  return parseRecordedProposal(line.fields)?.symbol;
}

/** The sides of positions, where known. P3.3 removes a flat symbol's hash: absent is flat while another is fresh. */
function sidesOf(
  positions: readonly (readonly [symbol: string, read: ReturnType<typeof hashValues>])[],
  nowSec: number,
): Map<string, PositionSide> {
  const sides = new Map<string, PositionSide>();
  const absent: string[] = [];
  for (const [symbol, read] of positions) {
    if (!read.readable) continue;
    if (read.value.every((value) => value === null)) absent.push(symbol);
    const { amount, tsSec } = parsePosition(read.value);
    if (amount === undefined || !isFresh(tsSec, nowSec, POSITION_FRESH_SEC, MAX_FUTURE_SEC)) continue;
    sides.set(symbol, amount > 0 ? 1 : amount < 0 ? -1 : 0);
  }
  if (sides.size > 0) for (const symbol of absent) sides.set(symbol, 0);
  return sides;
}
