import { describe, expect, it } from '@jest/globals';
import { parseHeader, parseLine, RECORDING_VERSION, RecordingError, type RecordingHeader } from './recording.js';

const header: RecordingHeader = {
  kind: 'header',
  v: RECORDING_VERSION,
  started_at: 1_700_000_000,
  streams: { proposals: 'p', plans: 'q' },
  policy: { proposer: { P31_BASE: '1' }, governor: {} },
};
const refusal = (line: string, read: (line: string) => unknown = parseHeader): unknown => {
  try {
    return read(line);
  } catch (error) {
    return error;
  }
};

describe('the header of a recording', () => {
  it.each([1, 2, 3])('is read as it is, also of version %d', (v) => {
    expect(parseHeader(JSON.stringify({ ...header, v, later: 1 }))).toEqual({ ...header, v, later: 1 });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 5],
    ['another line', { ...header, kind: 'begin' }],
    ['a header without a version', { ...header, v: undefined }],
    ['a version that is no number', { ...header, v: '3' }],
    ['no policy', { ...header, policy: undefined }],
    ['no variables of the proposer', { ...header, policy: { governor: {} } }],
    ['no variables of the governor', { ...header, policy: { proposer: {} } }],
    ['no streams', { ...header, streams: undefined }],
    ['no beginning', { ...header, started_at: undefined }],
    ['a beginning that is no number', { ...header, started_at: '1700000000' }],
  ])('is refused where it is %s', (_name, value) => {
    expect(refusal(JSON.stringify(value))).toBeInstanceOf(RecordingError);
  });

  it('of a later version is refused with both versions, and text that is no JSON with its beginning', () => {
    const later = refusal(JSON.stringify({ ...header, v: RECORDING_VERSION + 1, streams: undefined }));
    expect(later).toBeInstanceOf(RecordingError);
    expect(later).toMatchObject({ name: 'RecordingError', message: expect.stringMatching(/\b5\b.*\b4\b/) as unknown });
    for (const read of [parseHeader, parseLine]) {
      const damaged = refusal(`{"kind":${'x'.repeat(100)}`, read);
      expect(damaged).toBeInstanceOf(RecordingError);
      expect((damaged as Error).message).toContain(`{"kind":${'x'.repeat(52)}`);
      expect((damaged as Error).message).not.toContain('x'.repeat(53));
    }
  });
});

describe('a line of a recording', () => {
  it.each([
    'begin', 'policy', 'proposal', 'plan', 'decision', 'block', 'unanswered', 'expired', 'gap', 'resumed', 'damage',
  ])('of the kind %s is read as it is', (kind) => {
    expect(parseLine(JSON.stringify({ kind, any: 1 }))).toEqual({ kind, any: 1 });
  }); // prettier-ignore

  it.each(['null', '{}', '{"kind":"later"}', '{"kind":"header"}', '7', '[]'])('is passed over as %s', (line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});
