import type { DecisionRecord } from '@quantum/redis-schemas';

/** A line of an explanation: what it is about, and a text. */
export interface WordLine {
  readonly label: string;
  readonly text: string;
}

/** A decision in a sentence: "refused by burst_rate: 2 permits in 5 min, limit 2". Total. */
export function decisionSentence(record: DecisionRecord): string {
  throw new Error(`not built yet: ${record.plan_id}`);
}

/** The whole decision in words: plan, gates in their order with their numbers, hint, permit. Total. */
export function explainDecision(record: DecisionRecord): WordLine[] {
  throw new Error(`not built yet: ${record.plan_id}`);
}
