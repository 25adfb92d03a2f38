import { randomInt } from 'node:crypto';
import { systemClock } from '@quantum/clock';
import type { Command } from '@quantum/redis-io';
import { efficiencyKey, PROOF_SYMBOL_PREFIX, STREAMS, targetKey } from '@quantum/redis-schemas';
import type { Arranged, Arrangement, Step } from './proofs/arrangement.js';
import type { Settings } from './settings.js';

/** What everything that we write says of its origin. */
export const SOURCE = 'proof-runner';

/** Base target of every case, USD. */
export const BASE_TARGET_USD = 1000;
/** The garbage is a plan id that no permit can have: whoever else reads the plans finds nothing to execute. */
const garbageId = (planId: string): string => `${planId} {garbage}`;

/** A proof's own corner of Redis. */
export interface Case {
  name: string;
  steps: readonly Step[];
  arrange: Arrangement;
  symbol: string;
  planId: string;
}

/** Everything that a run puts into Redis. */
export interface Scene {
  /** The run's name: part of every symbol and plan id of it. */
  run: string;
  cases: readonly Case[];
  steps: ReadonlySet<Step>;
  /** Unix seconds of the readings and targets. */
  nowSec: number;
  /** All that is written ends by itself after this time, should we not come to remove it. */
  ttlSec: number;
}

/** Letters and digits that nobody mistakes for one another. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const RUN_LENGTH = 8;
const randomRun = (): string => Array.from({ length: RUN_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
/** Whether a text can be a run's name. */
export const isRun = (text: string): boolean => new RegExp(`^[${ALPHABET}]{${RUN_LENGTH}}$`).test(text);

/** How long to wait for a proposal, ms: twice the longest way from a target to its proposal, and a margin. */
export const proposalPatienceMs = ({ loopIntervalSec, discoveryIntervalSec }: Settings): number =>
  2000 * (loopIntervalSec + discoveryIntervalSec) + 5000;

/**
 * Gives each proof that arranges something a symbol that no market has.
 * @param run the name of an earlier run, to get its symbols and plan ids again
 */
export function createScene(
  proofs: readonly Arranged[],
  steps: ReadonlySet<Step>,
  settings: Settings,
  run = randomRun(),
): Scene {
  const cases = proofs.flatMap((proof, i): Case[] => {
    const { arrange } = proof;
    if (!arrange) return [];
    const letter = String.fromCharCode('A'.charCodeAt(0) + i);
    return [
      {
        name: proof.name,
        steps: proof.steps,
        arrange,
        symbol: `${PROOF_SYMBOL_PREFIX}${run}${letter}`,
        planId: `proof-${run}-${letter}`,
      },
    ];
  });
  const ttlSec = Math.ceil((3 * proposalPatienceMs(settings)) / 1000) + 60;
  return { run, cases, steps, nowSec: Math.floor(systemClock.wallSec()), ttlSec };
}

/** Cases that have a part in a step. */
export const casesOf = ({ cases, steps }: Scene, step: Step): Case[] =>
  cases.filter((one) => steps.has(step) && one.steps.includes(step));

/** Writes readings and targets: the readings first, so that no target is ever seen without its own. */
export function inputCommands(scene: Scene): Command[] {
  return [
    ...scene.cases.flatMap((one) => efficiencyCommands(one, scene)),
    ...casesOf(scene, 1).flatMap((one) => targetCommands(one, scene)),
  ];
}

function efficiencyCommands({ symbol, arrange: { efficiency } }: Case, { nowSec, ttlSec }: Scene): Command[] {
  if (efficiency === 'absent') return [];
  const key = efficiencyKey(symbol);
  if (efficiency === 'wrong type') return [['set', key, `${SOURCE}: not a hash`, 'EX', ttlSec]];
  const { score, confidence, ageSec = 0 } = efficiency;
  return [
    ['hset', key, 'efficiency_score', score, 'confidence', confidence, 'ts', nowSec - ageSec, 'source', SOURCE],
    ['expire', key, ttlSec],
  ];
}

function targetCommands({ symbol, arrange: { target = {} } }: Case, { nowSec, ttlSec }: Scene): Command[] {
  const key = targetKey(symbol);
  const own = { target_usd: BASE_TARGET_USD, confidence: 0.9, timestamp: nowSec, mode: 'shadow', source: SOURCE };
  return [
    ['hset', key, ...Object.entries({ ...own, ...target }).flat()],
    ['expire', key, ttlSec],
  ];
}

/** A plan's fields: it opens, is marked as ours, and asks for nothing. */
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

/** Streams that a run may add to, by itself or through the services. */
export const streamsOf = ({ proposedStream, plansStream, eventsStream }: Settings): string[] => [
  proposedStream,
  plansStream,
  eventsStream,
  STREAMS.deadletter,
];
