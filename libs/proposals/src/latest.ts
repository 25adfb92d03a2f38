import { runBatch, SlotDownError, type Command, type Redis, type Reply, valueOf } from '@quantum/redis-io';
import { PROPOSAL_HASH_FIELDS, proposedKey } from '@quantum/redis-schemas';
import { parseProposalHash, type RoundedProposal } from './parse.js';

/** The content of a symbol's shadow key. */
export type LatestProposal =
  | { state: 'read'; proposal: RoundedProposal }
  /** No proposal: the symbol has none, or no longer. */
  | { state: 'missing' }
  /** Not a proposal of this symbol, or a key that this user or this part of a Cluster cannot read. */
  | { state: 'unreadable'; problem: string };

/** Keys per round trip. */
const BATCH = 500;

/**
 * The latest proposals of symbols, in their order. A fault of one does not affect the others.
 * @throws BatchError, or Redis's own error, when Redis is away or not ready: then nothing is known of any symbol.
 */
export async function readProposals(redis: Redis, symbols: readonly string[]): Promise<LatestProposal[]> {
  const latest: LatestProposal[] = [];
  for (let from = 0; from < symbols.length; from += BATCH) {
    const some = symbols.slice(from, from + BATCH);
    const replies = await runBatch(
      redis,
      some.map((symbol): Command => ['hmget', proposedKey(symbol), ...PROPOSAL_HASH_FIELDS]),
    );
    latest.push(...some.map((symbol, i) => latestOf(symbol, replies[i])));
  }
  return latest;
}

/** The latest proposal of one symbol. @throws as `readProposals`. */
export async function readProposal(redis: Redis, symbol: string): Promise<LatestProposal> {
  const [latest = { state: 'missing' }] = await readProposals(redis, [symbol]);
  return latest;
}

function latestOf(symbol: string, reply: Reply | undefined): LatestProposal {
  if (reply?.ok === false && (reply.kind === 'key' || reply.error instanceof SlotDownError)) {
    return { state: 'unreadable', problem: reply.error.message };
  }
  const parsed = parseProposalHash(valueOf(reply) as (string | null)[]);
  if (!parsed) return { state: 'missing' };
  if (!parsed.readable) return { state: 'unreadable', problem: parsed.problem };
  const { proposal } = parsed;
  if (proposal.symbol !== symbol)
    return { state: 'unreadable', problem: `symbol is ${JSON.stringify(proposal.symbol)}` };
  return { state: 'read', proposal };
}
