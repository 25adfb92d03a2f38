import { replayDecision, parseRecordedProposal, replayProposal, recordJson } from '@quantum/decisions';
import { proposalStreamEntry, type DecisionRecord } from '@quantum/redis-schemas';
import { mulberry32 } from '@quantum/testbed';
import { writeRecording, type MadeBy } from './recording.js';

const START_SEC = 1_700_000_000;
const SYMBOLS = Array.from({ length: 500 }, (_, i) => `SYM${i}USDT`);
/** A million plans a day. */
const PLANS_PER_SEC = 1e6 / 86_400;
/** Plans that one poll of the recorder finds together; their decisions follow with the next. */
const PLANS_PER_POLL = 12;

const to = (digits: number, value: number): number => Number(value.toFixed(digits));
const symbolAt = (random: () => number): string => SYMBOLS[Math.floor(random() * SYMBOLS.length)] ?? '';

/** Writes a recording of plans, each decided by the library that the replay uses. A fifth closes, some are refused. */
export function writePlans(path: string, count: number): void {
  const random = mulberry32(1);
  writeRecording(path, (by, line) => {
    let later: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const { plan, decision, block } = planAt(i, random, by);
      line(plan);
      later.push(decision);
      if (block !== undefined) later.push(block);
      if (i % PLANS_PER_POLL !== PLANS_PER_POLL - 1 && i !== count - 1) continue;
      for (const text of later) line(text);
      later = [];
    }
  });
}

function planAt(i: number, random: () => number, by: MadeBy): { plan: string; decision: string; block?: string } {
  const sec = to(3, START_SEC + i / PLANS_PER_SEC);
  const ms = Math.round(1000 * sec);
  const [symbol, id] = [symbolAt(random), `${ms}-0`];
  const hex = (digits: number): string => Math.floor(random() * 16 ** digits).toString(16).padStart(digits, '0'); // prettier-ignore
  const planId = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
  const closing = random() < 0.2;
  const inputs = inputsOf({ sec, closing }, random);
  const recorded: DecisionRecord = {
    v: 2, plan_id: planId, symbol, entry_id: id, decided_at: to(3, sec + 0.005 + 0.02 * random()), outcome: 'permit', reason: '',
    limits: by.limits, gates: [], inputs, permit: { policy: by.hint } as NonNullable<DecisionRecord['permit']>,
  }; // prettier-ignore
  const replayed = replayDecision(recorded, by.governor);
  if (replayed.kind !== 'decided') throw new Error('a plan whose windows are known was not decided');
  // The efficiency of a refused plan is not read.
  const read = Object.entries(inputs).filter(([name]) => !name.startsWith('eff_'));
  const record = replayed.record.block ? { ...replayed.record, inputs: Object.fromEntries(read) } : replayed.record;
  const { qty, price_usd: price, side, action, kill_score: kill } = inputs;
  const fields = ['plan_id', planId, 'kill_score', kill, 'symbol', symbol, 'action', action, 'decision', 'EXECUTE', 'side', side, 'qty', qty, 'price', price, 'reduceOnly', closing, 'confidence', '0.9', 'timestamp', sec]; // prettier-ignore
  return {
    plan: JSON.stringify({ kind: 'plan', id, fields: fields.map(String) }),
    decision: JSON.stringify({ kind: 'decision', plan_id: planId, json: recordJson(record) }),
    ...(record.block && {
      block: JSON.stringify({ kind: 'block', plan_id: planId, json: JSON.stringify(record.block) }),
    }),
  };
}

function inputsOf({ sec, closing }: { sec: number; closing: boolean }, random: () => number): DecisionRecord['inputs'] {
  const [qty, price] = [to(4, 0.01 + random()), to(2, 50 + 200 * random())];
  return {
    action: closing ? 'PARTIAL_25' : 'OPEN', closing, side: random() < 0.5 ? 'buy' : 'sell', qty, price_usd: price,
    kill_score: to(3, 0.85 * random()), submitted_at: sec, plan_ts: sec, server_time: to(3, sec + 0.004), notional_usd: qty * price,
    kill_switch: false, disarmed: false, budget_enforce: false, budget_ts: null, violation_ts: null,
    allocation_enforce: true, allocation_ts: to(3, sec - 60 * random()), allocation_target_usd: 1000 * random(),
    position_amt: to(4, random()), mark_price_usd: price, position_ts: to(3, sec - 10 * random()), in_flight_usd: 0,
    last_exec: to(3, sec - 50 - 600 * random()), exec_count_hour: Math.floor(3.2 * random()), exec_count_5min: Math.floor(2.1 * random()),
    day_notional_usd: 4000 * random(),
    eff_score: random(), eff_confidence: to(3, 0.5 + 0.5 * random()), eff_ts: String(to(3, sec - 600 * random())), eff_reason: 'ok',
  }; // prettier-ignore
}

/** Writes a recording of proposals, a cycle of all symbols every ten seconds. */
export function writeProposals(path: string, count: number): void {
  const random = mulberry32(2);
  writeRecording(path, (by, line) => {
    for (let i = 0; i < count; i += 1) line(proposalAt(i, random, by));
  });
}

function proposalAt(i: number, random: () => number, { proposer, proposal }: MadeBy): string {
  const sec = START_SEC + 10 * Math.floor(i / SYMBOLS.length);
  const symbol = SYMBOLS[i % SYMBOLS.length] ?? '';
  const [base, score] = [String(10_000 * random()), String(random())];
  const texts = [String(sec), symbol, base, '0', '1', score, to(3, random()), to(3, sec - 700 * random()), sec - 1];
  const names = ['ts_epoch', 'symbol', 'base_target', 'proposed_target', 'multiplier', 'eff_score', 'eff_confidence', 'eff_ts', 'base_ts']; // prettier-ignore
  const flat = names.flatMap((name, at) => [name, String(texts[at])]);
  const recorded = parseRecordedProposal([...flat, 'eff_stale', '0', 'reason', 'ok', 'mode', 'shadow']);
  const replayed = recorded && replayProposal({ ...recorded, policy: proposal }, proposer, undefined);
  if (!replayed) throw new Error('a proposal was not decided');
  return JSON.stringify({ kind: 'proposal', id: `${1000 * sec}-${i % SYMBOLS.length}`, fields: proposalStreamEntry(replayed) }); // prettier-ignore
}
