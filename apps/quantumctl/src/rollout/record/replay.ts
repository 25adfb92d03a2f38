import { sha256 } from '@quantum/policy';
import { fieldsOf, full, parseNumber } from '@quantum/redis-schemas';
import { NO_ENTRY, parseAudit, parseCommand, subjectOf, verifyAudit, type AuditCheck, type AuditEntry } from '@quantum/rollout-commands'; // prettier-ignore
import { RolloutReplayer, type AuditedStep, type RolloutReplay } from '@quantum/rollout-evidence';
import { parsePlan, type RolloutPlan } from '@quantum/rollout-plan';
import type { LineOf, RecordLine } from './line.js';

export interface Difference {
  /** Of the entry, or the symbol. */
  readonly id: string;
  readonly field: string;
  readonly recorded: string | undefined;
  readonly replayed: string;
}

/** What was compared, and what of it is not the same again. */
export interface Compared {
  readonly count: number;
  readonly differences: readonly Difference[];
}

export interface RecordReplay extends Pick<RolloutReplay, 'unverified'> {
  readonly chain: AuditCheck;
  readonly evidence: RolloutReplay['evidence'];
  /** Entries of the audit: each transition, each verdict, each refusal. */
  readonly steps: Compared;
  /** Commands that the audit answers, by what it says of them. */
  readonly commands: Compared;
  /** Commands that no entry of the audit answers yet. */
  readonly unanswered: number;
  readonly multipliers: Compared;
}

/** Replays the record of a rollout, line by line: `take` each of them, then `result`. */
export class RecordReplayer {
  readonly #replayer = new RolloutReplayer();
  readonly #steps: AuditedStep[] = [];
  readonly #answers = new Map<string, AuditEntry>();
  readonly #plans = new Map<string, RolloutPlan>();
  readonly #commands: { count: number; unanswered: number; differences: Difference[] } = { count: 0, unanswered: 0, differences: [] }; // prettier-ignore
  readonly #multipliers: { count: number; differences: Difference[] } = { count: 0, differences: [] };
  #chain: AuditCheck = { ok: true, count: 0, head: NO_ENTRY };
  #head: LineOf<'rollout'> | undefined;
  #lastSeen = '';

  take(line: RecordLine): void {
    switch (line.kind) {
      case 'rollout':
        this.#head = line;
        break;
      case 'audit':
        this.#takeAudit(line);
        break;
      case 'evidence':
        this.#replayer.takeEvidence(line);
        break;
      case 'command':
        this.#takeCommand(line);
        break;
      case 'plan': {
        const { plan } = parsePlan(line.text, () => true);
        if (plan) this.#plans.set(line.hash, plan);
        break;
      }
      case 'multiplier':
        this.#takeMultiplier(line);
        break;
      case 'end':
        break;
    }
  }

  result(): RecordReplay {
    const { differences, evidence, unverified } = this.#replayer.result(this.#steps, (hash) => this.#plans.get(hash));
    const { unanswered, ...commands } = this.#commands;
    return {
      chain: this.#wholeChain(),
      evidence,
      unverified,
      steps: { count: this.#steps.length, differences },
      commands,
      unanswered,
      multipliers: this.#multipliers,
    };
  }

  /** The chain, which does not show by itself that its end was removed. */
  #wholeChain(): AuditCheck {
    const chain = this.#chain;
    if (!chain.ok || !this.#head) return chain;
    const { lastAudit, added = chain.count, hasState } = this.#head;
    if (lastAudit === '') return hasState ? { ok: false, id: '0-0', why: 'it is gone, and there is a state' } : chain;
    if (this.#lastSeen !== lastAudit) return { ok: false, id: lastAudit, why: 'it was removed from the end' };
    const removed = added - chain.count;
    return removed === 0 ? chain : { ok: false, id: lastAudit, why: `entries before it were removed: ${removed}` };
  }

  #takeAudit({ id, fields }: LineOf<'audit'>): void {
    this.#lastSeen = id;
    if (this.#chain.ok) {
      const { count, head } = this.#chain;
      const next = verifyAudit([{ id, fields }], sha256, { previous: head });
      this.#chain = next.ok ? { ...next, count: count + 1 } : next;
    }
    const entry = parseAudit(fields);
    if (!entry) return; // the chain says so
    this.#steps.push({ id, ...entry });
    if (entry.commandId !== '') this.#answers.set(`${entry.actor} ${entry.commandId}`, entry);
  }

  /** The audit says of a command what it says itself. */
  #takeCommand({ user, id, fields }: LineOf<'command'>): void {
    const answer = this.#answers.get(`${user} ${id}`);
    if (!answer) {
      this.#commands.unanswered += 1;
      return;
    }
    this.#commands.count += 1;
    const command = parseCommand(user, id, fields);
    const isCommand = !('refusal' in command);
    const pairs: [field: string, recorded: string | undefined, replayed: string][] = [
      ['event', answer.event, command.name],
      ['subject', answer.subject, isCommand ? subjectOf(command) : ''],
      ['reason', answer.reason, isCommand ? command.reason : ''],
      ...(isCommand ? [] : [['refusal', answer.refusal, command.refusal] as [string, string, string]]),
    ];
    this.#commands.differences.push(...pairs.filter(([, a, b]) => a !== b).map(([field, recorded, replayed]) => ({ id, field, recorded, replayed }))); // prettier-ignore
  }

  /**
   * A multiplier that has reached its stage's blend follows from its proposal. On the way there it rests on the one
   * before.
   */
  #takeMultiplier({ symbol, fields }: LineOf<'multiplier'>): void {
    const { multiplier, reason, direction, ...texts } = fieldsOf(fields);
    const [blend, proposed] = ['blend', 'proposed_multiplier'].map((name) => parseNumber(texts[name] ?? null));
    if (reason !== 'stage' || blend === undefined || proposed === undefined) return;
    this.#multipliers.count += 1;
    const blended = 1 + blend * (proposed - 1);
    const replayed = full(direction === 'down_only' ? Math.min(1, blended) : blended);
    if (replayed !== multiplier) this.#multipliers.differences.push({ id: symbol, field: 'multiplier', recorded: multiplier, replayed }); // prettier-ignore
  }
}
