import { createHash } from 'node:crypto';
import { fieldsOf } from '@quantum/redis-schemas';
import type { RolloutFinding, RolloutFindingKind } from './findings.js';
import { BAKE_SEC, INTERVAL_SEC } from './plan.js';
import { stateOf, type StateSeen } from './sample.js';

/** An entry as XRANGE gives it. */
export type RawEntry = readonly [id: string, flat: readonly string[]];

/** What else an audit shows, apart from its faults. */
interface AuditChecked {
  findings: readonly RolloutFinding[];
  /** How often each event occurs that was not refused. */
  events: ReadonlyMap<string, number>;
}

const NO_ENTRY = '0'.repeat(64);
/** Moves after which a stage has baked nothing. */
const BAKES_ANEW = ['start', 'retry', 'takeover', 'restart', 'step_down', 'advance'];

/**
 * Checks the chain, that each entry goes on from the state before it, that no entry advances more than one stage, and
 * that none does before its stage has baked.
 * @param last the state that Redis has now
 */
export function checkAudit(entries: readonly RawEntry[], last: StateSeen | undefined): AuditChecked {
  const findings: RolloutFinding[] = [];
  const events = new Map<string, number>();
  let [hash, bakesFromSec] = [NO_ENTRY, NaN];
  let known: StateSeen | undefined;
  for (const [id, flat] of entries) {
    const add = (kind: RolloutFindingKind, text: string): void => void findings.push({ kind, text: `${id}: ${text}` });
    const fields = fieldsOf(flat);
    const own = sha256(JSON.stringify(flat.slice(0, -2)));
    if (fields['previous'] !== hash) add('broken_audit', `follows ${String(fields['previous'])} in place of ${hash}`);
    if (flat.at(-2) !== 'hash' || fields['hash'] !== own) add('broken_audit', 'its hash is not that of its fields');
    hash = own;
    const { event = '', refusal = '', ts_epoch: ts } = fields;
    const [from, to, atSec] = [stateOf(fields['from']), stateOf(fields['to']), Number(ts)];
    if (!from || !to) {
      add('broken_audit', 'no states');
      continue;
    }
    // Where Redis has lost the state, it is killed: nothing goes on.
    const isKill = event === 'kill' && to.name === 'killed';
    if (known && !isKill && textOf(known) !== textOf(from))
      add('broken_state', `${textOf(from)} after ${textOf(known)}`);
    if (refusal === '') events.set(event, (events.get(event) ?? 0) + 1);
    if (to.stage - from.stage > 1) add('broken_state', `from stage ${from.stage} to ${to.stage}`);
    const hasBaked = event === 'advance' && from.name === 'baking';
    if (hasBaked && !(atSec - bakesFromSec >= BAKE_SEC - INTERVAL_SEC)) add('not_baked', `${atSec - bakesFromSec} s`);
    if (refusal === '' && BAKES_ANEW.includes(event) && !hasBaked) bakesFromSec = atSec;
    known = to;
  }
  if (known && last && textOf(known) !== textOf(last)) {
    findings.push({ kind: 'broken_state', text: `the state is ${textOf(last)}, the last entry says ${textOf(known)}` });
  }
  return { findings, events };
}

/** What changes by a move alone: clocks go on in between, and a blend that has lapsed is 0. */
const textOf = ({ name, plan, policy, epoch, stage }: StateSeen): string =>
  JSON.stringify({ name, plan, policy, epoch, stage });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
