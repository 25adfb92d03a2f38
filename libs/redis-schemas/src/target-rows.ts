import { ANNOTATOR, GOVERNOR, PROPOSER, S, row, type KeyRow } from './key-row.js';
import {
  efficiencyKey,
  fenceKey,
  LAST_CYCLE_KEY,
  leaseKey,
  membersKey,
  proposedKey,
  publishedKey,
  shardCycleKey,
  STREAMS,
  targetKey,
} from './keys.js';

const SHARD = '{shard}';

/** Keys and streams of targets, scores and proposals. */
export const TARGET_ROWS: readonly KeyRow[] = [
  row(targetKey(S), 'hash', '300 s', 'P2.9', `${PROPOSER}, ${GOVERNOR}`, 'live target, never written by us'),
  row(efficiencyKey(S), 'hash', '600 s', 'P3.1', `${PROPOSER}, ${GOVERNOR}, ${ANNOTATOR}`, 'score, confidence, ts'),
  row(STREAMS.allocationDecision, 'stream', '-', 'P2.9', PROPOSER, 'one entry per target written'),
  row(proposedKey(S), 'hash', '`PROPOSE_KEY_TTL`', PROPOSER, 'P2.9, dashboards', 'shadow proposal'),
  row(STREAMS.proposed, 'stream', '`PROPOSE_STREAM_MAXLEN`', PROPOSER, 'P2.9, replay', 'every proposal'),
  row(LAST_CYCLE_KEY, 'hash', 'kept', PROPOSER, 'P2.9, dashboards', 'summary of the last whole cycle'),
  row(
    shardCycleKey(SHARD),
    'hash',
    'kept',
    PROPOSER,
    'dashboards',
    'the same for one shard, if `PROPOSER_SHARDS` > 1 (literal braces but the last)',
  ),
  row(
    leaseKey(STREAMS.proposed, SHARD),
    'string',
    '2..30 s, renewed',
    PROPOSER,
    `${PROPOSER}, operators`,
    'process that publishes the shard, `<count>:<process>` (literal braces but the last)',
  ),
  row(
    publishedKey(STREAMS.proposed, SHARD),
    'string',
    '`PROPOSE_KEY_TTL`',
    PROPOSER,
    PROPOSER,
    'last published cycle of the shard, `<ts_epoch>:<process>` (literal braces but the last)',
  ),
  row(fenceKey(STREAMS.proposed), 'string', 'kept', PROPOSER, PROPOSER, 'number of leases granted (literal braces)'),
  row(
    membersKey(STREAMS.proposed),
    'sorted set',
    'per member 2..30 s, renewed',
    PROPOSER,
    `${PROPOSER}, operators`,
    'live processes of the proposer, `<shards>:<process>` (literal braces)',
  ),
];
