import { parseJson } from '@quantum/redis-schemas';
import { holds, is } from '../../proofs/checks.js';
import { awaitsMeasured, type BrainProof, type Seen } from '../brain-proof.js';
import type { Fields, ScoreEntry } from '../score-watch.js';

/** The first period that the new process closed. */
const closedAfter = ({ entries, restart }: Seen): ScoreEntry | undefined =>
  restart && entries.slice(restart.entriesBefore).find(({ closes }) => closes);

const fieldsIn = (text: string | undefined): Fields => Object(parseJson(text ?? '')) as Fields;

/** A long position, and a price that goes up. The brain is killed with SIGKILL. */
export const restart: BrainProof = {
  name: 'brain-restart',
  title: 'a restart carries on with the same state, digit by digit',
  market: { amount: 0.001, rises: true },
  needsRestart: true,
  awaits: (seen) => {
    if (!seen.restart || closedAfter(seen)) return awaitsMeasured(seen);
    return `entry of ${seen.symbol} that closes a period after the restart`;
  },
  expect: (seen) => {
    const entry = closedAfter(seen);
    const stored = seen.restart?.stored ?? {};
    const before = fieldsIn(entry?.fields['state']);
    // The fence is the lease's, which is another after a restart.
    const changed = Object.keys(stored).filter((name) => name !== 'fence' && before[name] !== stored[name]);
    const period = Number(fieldsIn(entry?.fields['closed'])['period']);
    return [
      is('fields of the state that changed', 'none', 'period' in stored ? changed.join(', ') || 'none' : '(no state)'),
      holds('next period', `after ${stored['period'] ?? '?'}`, period > Number(stored['period']), String(period)),
    ];
  },
};
