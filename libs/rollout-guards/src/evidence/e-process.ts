import exp from '@stdlib/math-base-special-exp';
import log1p from '@stdlib/math-base-special-log1p';

/**
 * Always-valid tests by betting: Waudby-Smith, Ramdas, Estimating means of bounded random variables by betting (JRSS B
 * 2024), and Choe, Ramdas, Comparing sequential forecasters (Operations Research 2024). If the hypothesis holds, E
 * reaches 1/alpha at any time with a probability of at most alpha (Ville), however often it is looked at.
 */
export const EVIDENCE_TESTS = ['harm', 'non_inferior', 'superior'] as const;
export type EvidenceTest = (typeof EVIDENCE_TESTS)[number];

/** What decides a test, from the plan. */
export interface EvidenceRules {
  /** B: an hour's advantage is clipped to -B..B, basis points, > 0. */
  clipBps: number;
  /** Harm that is tolerated, basis points a day, >= 0. */
  deltaBpsPerDay: number;
}

/**
 * State of one test. Its numbers are kept at full precision, so that a process that goes on from it computes the same
 * bits.
 */
export interface EProcess {
  /** l_j: logarithm of the wealth of each of the eight bets. */
  readonly logs: readonly number[];
  /** Hours that counted. */
  readonly hours: number;
  /** Hours whose advantage was clipped. */
  readonly clipped: number;
  /** Greatest logarithm of E so far, >= 0. */
  readonly greatestLogE: number;
}

export const BETS = 8;
const HOURS_PER_DAY = 24;
/** Largest bet: a loss of at most nine tenths of the wealth in an hour. */
const LARGEST_BET = 0.9;

export const NEW_E_PROCESS: EProcess = {
  logs: Array.from({ length: BETS }, () => 0),
  hours: 0,
  clipped: 0,
  greatestLogE: 0,
};

/** z: what the bets of a test gain in an hour, basis points. Its mean is at most 0 while the hypothesis holds. */
const GAINS: Readonly<Record<EvidenceTest, (advantageBps: number, deltaBps: number) => number>> = {
  harm: (y, delta) => -delta - y,
  non_inferior: (y, delta) => y + delta,
  superior: (y) => y,
};

/**
 * The state after an hour with this advantage, basis points. A missing hour, or no finite advantage, changes nothing.
 */
export function addHour(
  state: EProcess,
  test: EvidenceTest,
  advantageBps: number | undefined,
  { clipBps, deltaBpsPerDay }: EvidenceRules,
): EProcess {
  if (advantageBps === undefined || !Number.isFinite(advantageBps)) return state;
  const delta = deltaBpsPerDay / HOURS_PER_DAY;
  const clipped = Math.min(Math.max(advantageBps, -clipBps), clipBps);
  const z = GAINS[test](clipped, delta);
  const largest = LARGEST_BET / (clipBps + delta);
  const logs = state.logs.map((log, j) => log + log1p((largest / 2 ** j) * z));
  return {
    logs,
    hours: state.hours + 1,
    clipped: state.clipped + (clipped === advantageBps ? 0 : 1),
    greatestLogE: Math.max(state.greatestLogE, meanLog(logs)),
  };
}

/** Natural logarithm of E, which itself may exceed the largest double. 0 before the first hour. */
export const logE = ({ logs }: EProcess): number => meanLog(logs);

/** E, at most the largest double. */
export const eValue = (logarithm: number): number => Math.min(exp(logarithm), Number.MAX_VALUE);

/** Logarithm of the mean of the wealths, by log-sum-exp: no wealth overflows. */
function meanLog(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  const shares = logs.reduce((sum, log) => sum + exp(log - greatest), 0) / BETS;
  return greatest + log1p(shares - 1);
}
