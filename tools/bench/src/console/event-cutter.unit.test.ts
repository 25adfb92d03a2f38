import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventCutter } from './event-cutter.js';

it('cuts a stream at each empty line, wherever its chunks end', () => {
  const blocks = [': beat\n\n', 'event: a\nid: x-1\ndata: {}\n\n', ': beat\n\n', 'event: delta\nid: x-2\ndata: 12\n\n'];
  const stream = Buffer.from(`${blocks.join('')}event: cut`);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const taken: string[] = [];
      const cutter = new EventCutter((block) => taken.push(block.toString()));
      const ends = [...cuts.sort((a, b) => a - b), stream.length];
      ends.reduce((from, end) => {
        cutter.add(stream.subarray(from, end));
        return end;
      }, 0);
      expect(taken).toEqual(blocks);
    }),
  );
});
