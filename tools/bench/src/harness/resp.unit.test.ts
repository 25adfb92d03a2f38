import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { CommandSplitter, encode, ReplyCounter } from './resp.js';

/** Cuts bytes at any position, as a socket does. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

describe('ReplyCounter', () => {
  it('counts replies of every kind, for any cut of the bytes', () => {
    const replies = ['+OK\r\n', ':12\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n', '$0\r\n\r\n', '$4\r\na\r\nb\r\n',
      '*3\r\n$1\r\nx\r\n*2\r\n:1\r\n$-1\r\n+y\r\n', '-ERR no\r\n']; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...replies)), cuts, (sent, places) => {
        const counter = new ReplyCounter();
        const counts = pieces(Buffer.from(sent.join('')), places).map((piece) => counter.feed(piece));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent.length);
        expect(counter.firstError).toBe(sent.includes('-ERR no\r\n') ? 'ERR no' : undefined);
      }),
    );
  });
});

describe('CommandSplitter', () => {
  it('finds the encoded commands, for any cut of the bytes', () => {
    const command = fc.tuple(fc.constantFrom('GET', 'hset'), fc.string(), anyText());
    fc.assert(
      fc.property(fc.array(command), cuts, (sent, places) => {
        const splitter = new CommandSplitter();
        const texts = sent.map((parts) => encode(...parts));
        const seen = pieces(Buffer.from(texts.join('')), places).flatMap((piece) => splitter.feed(piece));
        expect(seen.map(({ name }) => name)).toEqual(sent.map(([name]) => name.toLowerCase()));
        expect(seen.map(({ bytes }) => bytes.toString())).toEqual(texts);
      }),
    );
  });
});
