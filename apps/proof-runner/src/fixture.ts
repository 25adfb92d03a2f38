import { randomInt } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import type { Command } from '@quantum/redis-io';
import { efficiencyKey, PROOF_SYMBOL_PREFIX, STREAMS, targetKey } from '@quantum/redis-schemas';
import { settledFor, type Arranged, type SettledArrangement, type Step } from './proofs/arrangement.js';
import type { Settings } from './settings.js';

/** The source mark of everything that the runner writes. */
export const SOURCE = 'proof-runner';

/** Base target of every case, USD. */
export const BASE_TARGET_USD = 1000;
/** The garbage is a plan id that no permit can have, so that other readers of the plans find nothing to execute. */
const garbageId = (planId: string): string => `${planId} {garbage}`;

/** The keys and entries of one proof. */
export interface Case {
  name: string;
  steps: readonly Step[];
  arrange: SettledArrangement;
  symbol: string;
  planId: string;
}

export interface Fixture {
  /** The run's name: part of all its symbols and plan ids. */
  run: string;
  cases: readonly Case[];
  steps: ReadonlySet<Step>;
  /** Unix seconds of the readings and targets. */
  nowSec: number;
  /** TTL of everything that is written, in case it cannot be removed. */
  ttlSec: number;
}

/** Letters and digits that are not easily confused. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const RUN_LENGTH = 8;
export const randomRun = (): string =>
  Array.from({ length: RUN_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
/** Whether a text can be a run's name. */
export const isRun = (text: string): boolean => new RegExp(`^[${ALPHABET}]{${RUN_LENGTH}}$`).test(text);

const letterOf = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);
/** The symbol of a run's proof, by the proof's place. */
export const proofSymbol = (run: string, place: number): string => `${PROOF_SYMBOL_PREFIX}${run}${letterOf(place)}`;

/** Maximum wait for a proposal, ms: twice the longest time from a target to its proposal, plus a margin. */
export const proposalPatienceMs = ({ loopIntervalSec, discoveryIntervalSec }: Settings): number =>
  2000 * (loopIntervalSec + discoveryIntervalSec) + 5000;

/**
 * Gives each proof with inputs a symbol that no market has.
 * @param run the name of an earlier run, to get its symbols and plan ids again
 */
export function createFixture(
  proofs: readonly Arranged[],
  steps: ReadonlySet<Step>,
  settings: Settings,
  run = randomRun(),
): Fixture {
  const cases = proofs.flatMap((proof, i): Case[] => {
    const { arrange } = proof;
    if (!arrange) return [];
    const letter = letterOf(i);
    return [
      {
        name: proof.name,
        steps: proof.steps,
        arrange: settledFor(arrange, settings),
        symbol: proofSymbol(run, i),
        planId: `proof-${run}-${letter}`,
      },
    ];
  });
  const ttlSec = Math.ceil((3 * proposalPatienceMs(settings)) / 1000) + 60;
  return { run, cases, steps, nowSec: Math.floor(systemClock.wallSec()), ttlSec };
}

/** Cases that are part of a step. */
export const casesOf = ({ cases, steps }: Fixture, step: Step): Case[] =>
  cases.filter((one) => steps.has(step) && one.steps.includes(step));

/** Writes readings and targets: the readings first, so that no target is ever seen without its own. */
export function inputCommands(fixture: Fixture): Command[] {
  return [
    ...fixture.cases.flatMap((one) => efficiencyCommands(one, fixture)),
    ...casesOf(fixture, 1).flatMap((one) => targetCommands(one, fixture)),
  ];
}

function efficiencyCommands({ symbol, arrange: { efficiency } }: Case, { nowSec, ttlSec }: Fixture): Command[] {
  if (efficiency === 'absent') return [];
  const key = efficiencyKey(symbol);
  if (efficiency === 'wrong type') return [['set', key, `${SOURCE}: not a hash`, 'EX', ttlSec]];
  const { score, confidence, ageSec = 0 } = efficiency;
  return [
    ['hset', key, 'efficiency_score', score, 'confidence', confidence, 'ts', nowSec - ageSec, 'source', SOURCE],
    ['expire', key, ttlSec],
  ];
}

function targetCommands({ symbol, arrange: { target = {} } }: Case, { nowSec, ttlSec }: Fixture): Command[] {
  const key = targetKey(symbol);
  const own = { target_usd: BASE_TARGET_USD, confidence: 0.9, timestamp: nowSec, mode: 'shadow', source: SOURCE };
  return [
    ['hset', key, ...Object.entries({ ...own, ...target }).flat()],
    ['expire', key, ttlSec],
  ];
}

/** A plan's fields: it opens, is marked as ours, and has quantity 0. */
export const planFields = (planId: string, symbol: string, nowSec: number): Record<string, string> => ({
  plan_id: planId,
  symbol,
  action: 'PROOF_OPEN',
  decision: 'EXECUTE',
  kill_score: '0',
  side: 'BUY',
  qty: '0',
  price: '1',
  reduceOnly: 'false',
  confidence: '0.9',
  timestamp: String(nowSec),
  source: SOURCE,
});

/** The entries that a case adds to the plan stream, in order. */
export function planEntries({ planId, symbol, arrange }: Case, nowSec: number): Record<string, string>[] {
  const plan = planFields(planId, symbol, nowSec);
  return arrange.garbageFirst ? [{ ...plan, plan_id: garbageId(planId) }, plan] : [plan];
}

/** Streams to which a run may add, directly or through the services. */
export const streamsOf = ({ proposedStream, plansStream, eventsStream }: Settings): string[] => [
  proposedStream,
  plansStream,
  eventsStream,
  STREAMS.deadletter,
];
