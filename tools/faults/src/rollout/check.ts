import type { RolloutFinding, RolloutFindingKind } from './findings.js';
import { LIFE_SEC, MOST_LIFE_SEC } from './plan.js';
import { counted } from './reader.js';
import type { KeySeen, Sample } from './sample.js';

/** A time in which more than the rules of always holds, unix seconds of Redis. */
export interface Window {
  /**
   * `away`: no multiplier of these symbols may go farther from 1. `silent`: none may be renewed. `stopped`: none may
   * count. `kept`: each must count. `renewed`: each must count for as long as the last cycle lets it live whose process
   * went on to another one: a process that is killed between the state and the multipliers of a cycle renews none.
   * `rolled_back`: after the lifetime and 1 s, no key of another epoch is left.
   */
  rule: 'away' | 'silent' | 'stopped' | 'kept' | 'renewed' | 'rolled_back';
  fromSec: number;
  toSec: number;
  symbols: readonly string[];
}

const PUBLISHING = ['baking', 'ready', 'holding', 'reduce_only', 'done'];
/** Rest of a computation with doubles, and of milliseconds. */
const TINY = 1e-9;
const MS = 0.002;

const numberOf = ({ fields }: KeySeen, name: string): number => Number(fields[name] ?? NaN);
const distance = (key: KeySeen): number => Math.abs(numberOf(key, 'multiplier') - 1);
const fenceOf = ({ fields }: KeySeen): number => Number.parseInt(fields['fence'] ?? '');

/** Checks everything that samples show. Findings of the same kind and symbol are given once. */
export function checkSamples(samples: readonly Sample[], windows: readonly Window[]): RolloutFinding[] {
  const found = new Map<string, RolloutFinding>();
  const fences = new Map<string, number>();
  const finished = finishedCycles(samples);
  for (const [i, sample] of samples.entries()) {
    const at = sample.atSec.toFixed(3);
    const add = (kind: RolloutFindingKind, symbol: string, text: string): void => {
      if (!found.has(`${kind} ${symbol}`)) found.set(`${kind} ${symbol}`, { kind, text: `${at} ${symbol}: ${text}` });
    };
    for (const key of sample.keys) {
      const { symbol, fields } = key;
      for (const [kind, text] of keyFaults(key, sample)) add(kind, symbol, text);
      const [fence, before] = [fenceOf(key), fences.get(symbol) ?? 0];
      if (!(fence >= before)) add('older_fence', symbol, `${fields['fence'] ?? ''} after ${before}`);
      else fences.set(symbol, fence);
    }
    for (const window of windows) {
      if (sample.atSec < window.fromSec || sample.atSec > window.toSec) continue;
      for (const symbol of window.symbols) {
        const key = sample.keys.find((one) => one.symbol === symbol);
        for (const [kind, text] of windowFaults(window, key, sample, finished[i])) add(kind, symbol, text);
      }
    }
  }
  return [...found.values(), ...windows.filter(({ rule }) => rule === 'away').flatMap((one) => riseOf(samples, one))];
}

type Fault = readonly [kind: RolloutFindingKind, text: string];

/** What holds for a key at any time. */
function keyFaults(key: KeySeen, { atSec, epoch, state, cycleSec }: Sample): Fault[] {
  const { fields, endsMs } = key;
  const [ts, ends, value] = [numberOf(key, 'ts_epoch'), numberOf(key, 'expires_at'), numberOf(key, 'multiplier')];
  const faults: Fault[] = [];
  const says = `expires_at ${ends}, ts_epoch ${ts}, PEXPIRETIME ${endsMs}`;
  const isEnding = Math.abs(endsMs / 1000 - ends) <= MS && ends - ts <= MOST_LIFE_SEC + MS && endsMs / 1000 >= atSec - MS;
  if (!isEnding || endsMs / 1000 - atSec > MOST_LIFE_SEC + MS) faults.push(['outlives', says]);
  const full = 1 + numberOf(key, 'blend') * (numberOf(key, 'proposed_multiplier') - 1);
  const isExact = fields['reason'] !== 'stage' || Math.abs(value - full) <= TINY;
  if (!(value >= 0 && value <= 1) || !isExact) faults.push(['wrong_value', JSON.stringify(fields)]);
  const taken = counted(key, epoch, atSec);
  // A stage down from the first leads to off under the same epoch: the keys of the cycle before are removed just after
  // the state.
  const isOfBefore = state?.name === 'off' && ts < cycleSec;
  if (taken !== undefined && state !== undefined && !PUBLISHING.includes(state.name) && !isOfBefore) {
    faults.push(['counts_anyway', `${taken} counts in state ${state.name} of epoch ${String(epoch)}`]);
  }
  return faults;
} // prettier-ignore

/** For each sample the last cycle that is known to be finished: a later one was stored under the same lease. */
export function finishedCycles(samples: readonly Sample[]): (number | undefined)[] {
  let [before, finished]: [Sample | undefined, number | undefined] = [undefined, undefined];
  return samples.map((sample) => {
    const goesOn = before !== undefined && before.lease !== '' && sample.lease === before.lease;
    if (goesOn && before !== undefined && sample.cycleSec > before.cycleSec) finished = before.cycleSec;
    before = sample;
    return finished;
  });
}

function windowFaults({ rule, fromSec }: Window, key: KeySeen | undefined, { atSec, epoch }: Sample, finishedSec = -Infinity): Fault[] {
  const taken = key && counted(key, epoch, atSec);
  if (rule === 'stopped' && taken !== undefined) return [['counts_anyway', `${taken} counts`]];
  const mustCount = rule === 'kept' || (rule === 'renewed' && atSec < finishedSec + LIFE_SEC - MS);
  if (mustCount && taken === undefined) return [['lapsed', `${JSON.stringify(key?.fields ?? {})} does not count`]];
  if (rule === 'silent' && key && numberOf(key, 'ts_epoch') > fromSec) {
    return [['renewed', `at ${numberOf(key, 'ts_epoch')}, after ${fromSec}`]];
  }
  const isLate = rule === 'rolled_back' && atSec > fromSec + LIFE_SEC + 1;
  if (isLate && key && key.fields['epoch'] !== epoch) return [['key_left', JSON.stringify(key.fields)]];
  return [];
} // prettier-ignore

/** A multiplier that was decided within a window, farther from 1 than the last one before it. */
function riseOf(samples: readonly Sample[], { fromSec, toSec, symbols }: Window): RolloutFinding[] {
  return symbols.flatMap((symbol): RolloutFinding[] => {
    const keys = samples.flatMap((sample) => sample.keys.filter((key) => key.symbol === symbol));
    const before = keys.findLast((key) => numberOf(key, 'ts_epoch') <= fromSec);
    const within = keys.filter((key) => numberOf(key, 'ts_epoch') > fromSec && numberOf(key, 'ts_epoch') <= toSec);
    const limit = before ? distance(before) : 0;
    const rise = within.find((key) => !(distance(key) <= limit + TINY));
    return rise ? [{ kind: 'exposure_rose', text: `${symbol} from ${limit} to ${JSON.stringify(rise.fields)}` }] : [];
  });
}

/** Whether the state goes on: cycles never go back, and plan and policy stay. */
export function checkStates(samples: readonly Sample[]): RolloutFinding[] {
  return samples.flatMap((sample, i): RolloutFinding[] => {
    const before = samples[i - 1];
    if (!before?.state || !sample.state) return [];
    const isBack = sample.cycleSec < before.cycleSec;
    const isOther = before.state.plan !== '' && sample.state.plan !== before.state.plan && sample.state.name !== 'off';
    const text = `${sample.atSec}: ${JSON.stringify(before.state)} at ${before.cycleSec}, then ${JSON.stringify(sample.state)} at ${sample.cycleSec}`;
    return isBack || isOther ? [{ kind: 'broken_state', text }] : [];
  });
}
