import { SCORE_VERSION } from '@quantum/decisions';
import { deltaOf, foldCycle, newModel, type CycleReadings, type Entry, type Model } from '@quantum/read-model';
import { fieldsOf } from '@quantum/redis-schemas';
import { EMPTY_BOARD, withPlan, withProposal, withScore, type Board } from '../baselines/demo-board.js';
import type { Options } from '../harness/harness.js';
import { proposalFields, symbolsOf } from '../harness/market.js';
import { alternate } from '../measure/alternate.js';
import { figure, type Figure } from '../measure/report.js';

const START_SEC = 1_763_400_000;
const CYCLE_SEC = 10;
const PLANS = 100;
/** Of ten symbols, one changes in a cycle: the demo's board takes most of a minute for all of them. */
const CHANGED_SHARE = 0.1;

/**
 * Folds of a cycle's entries into what views show, compared with the demo's view before the read model. Needs no Redis.
 */
export async function benchReadModel({ short, tell }: Options): Promise<Figure[]> {
  const symbols = symbolsOf(short ? 300 : 10_000);
  tell(`read model: a cycle beside ${symbols.length} symbols`);
  const ours = modelPass(symbols);
  const theirs = boardPass(symbols);
  const contestants = [
    { name: 'read model', pass: () => Promise.resolve(ours()) },
    { name: 'demo board', pass: () => Promise.resolve(theirs()) },
  ];
  const runs = await alternate(contestants, short ? 1 : 5, tell);
  const changed = symbols.length * CHANGED_SHARE;
  const about = `proposals and scores of ${changed} of ${symbols.length} symbols, and ${PLANS} plans; the read model also makes the delta`;
  return [figure('snapshot', about, 'ms', runs)];
}

const changedOf = (symbols: readonly string[]): readonly string[] => symbols.slice(0, symbols.length * CHANGED_SHARE);

/** Ours, each pass a cycle later. Returns ms. */
function modelPass(symbols: readonly string[]): () => number {
  let number = 0;
  let model: Model = newModel([]);
  const pass = (): number => {
    const readings = cycleOf(number === 0 ? symbols : changedOf(symbols), (number += 1));
    const startMs = performance.now();
    const next = foldCycle(model, readings);
    deltaOf(model.snapshot, next.snapshot);
    const tookMs = performance.now() - startMs;
    model = next;
    return tookMs;
  };
  pass(); // every symbol has a row
  return pass;
}

/** The demo's before. Returns ms. */
function boardPass(symbols: readonly string[]): () => number {
  let number = 1;
  let board: Board = { ...EMPTY_BOARD, ...rowsOf(symbols) };
  return () => {
    const { proposals = [], scores = [], plans = [] } = cycleOf(changedOf(symbols), (number += 1));
    const startMs = performance.now();
    for (const { fields } of scores) board = withScore(board, fieldsOf(fields));
    for (const { fields } of proposals) board = withProposal(board, fieldsOf(fields));
    for (const { fields } of plans) board = withPlan(board, fieldsOf(fields));
    return performance.now() - startMs;
  };
}

/** Rows that a first cycle would have made one by one, in seconds that are not measured. */
function rowsOf(symbols: readonly string[]): Pick<Board, 'symbols' | 'scores'> {
  const row = { baseUsd: 1, proposedUsd: 1, multiplier: 1, score: 1, confidence: 1, reason: 'ok' };
  const score = { score: 1, confidence: 1, effectivePeriods: 1, coverage: 1 };
  return {
    symbols: new Map(symbols.map((symbol) => [symbol, { symbol, ...row }])),
    scores: new Map(symbols.map((symbol) => [symbol, score])),
  };
}

/** What a cycle reads of the streams; every score is another than in the cycle before. */
function cycleOf(symbols: readonly string[], cycle: number): CycleReadings {
  const nowSec = START_SEC + cycle * CYCLE_SEC;
  const entry = (i: number, fields: readonly string[]): Entry => ({ id: `${nowSec}000-${i}`, fields });
  const scoreOf = (i: number): number => ((i * 7919 + cycle * 104_729) % 10_007) / 10_007;
  return {
    nowSec,
    proposals: symbols.map((symbol, i) => entry(i, proposalFields(symbol, 1000.25, scoreOf(i), nowSec))),
    scores: symbols.map((symbol, i) =>
      entry(i, ['symbol', symbol, 'efficiency_score', String(scoreOf(i)), 'confidence', '0.81', 'version', SCORE_VERSION, 'n_eff', '21.4', 'coverage', '0.97']),
    ),
    plans: Array.from({ length: PLANS }, (_, i) => entry(i, ['plan_id', `p${cycle}-${i}`, 'symbol', symbols[i] ?? '', 'decision', 'SKIP'])),
  };
} // prettier-ignore
