import { parseRecordedProposal } from '@quantum/decisions';
import { CycleInterval } from '@quantum/shadow-evidence';
import { readRecording } from '../file/open.js';

/** Ends the reading of a file whose beginning is enough. */
class Enough extends Error {}

/**
 * How far apart the proposer's cycles are, seconds, by the beginning of a recording. @throws as `readRecording` does
 */
export function intervalOf(path: string): number | undefined {
  const interval = new CycleInterval();
  try {
    readRecording(path, () => (line) => {
      if (line.kind !== 'proposal') return;
      const proposal = parseRecordedProposal(line.fields);
      if (proposal) interval.observe(proposal.symbol, proposal.tsEpochSec);
      if (interval.isKnown) throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return interval.intervalSec;
}
