import type { SymbolRow } from '@quantum/read-model';
import { html } from 'htm/preact';
import { strokesOf } from './bars.js';
import { clock, counted, decimals, whole } from './format.js';
import type { Actions } from './ui.js';

const [WIDTH, HEIGHT] = [640, 120];

/** What the history says, in a sentence. */
export function historySentence({ symbol, scores }: SymbolRow): string {
  const known = scores.map(([, score]) => score).filter((score) => score !== null);
  if (known.length === 0) return `${symbol} had no readable score in the last hour.`;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return `Score ${decimals(known[0] ?? null, 3)}, between ${decimals(low, 3)} and ${decimals(high, 3)} in the last hour, ${counted(scores.length, 'change')}.`;
}

/**
 * A symbol: scores of the last hour as a drawing, a sentence and a table, and the numbers that the table of symbols has
 * no room for.
 */
export function SymbolFigure({ row, nowSec, act }: { row: SymbolRow; nowSec: number; act?: Actions }) {
  const lines = strokesOf(row.scores, nowSec / 60, 60, WIDTH, HEIGHT);
  const facts = [
    ['raw multiplier', decimals(row.rawMultiplier, 4)], ['budget scale', decimals(row.budgetScale, 3)],
    ['effective', `${decimals(row.effectiveMultiplier, 4)} ${row.effectiveWhy}`], ['brain score', decimals(row.brainScore, 3)],
    ['effective periods', decimals(row.effectivePeriods, 1)], ['coverage', decimals(row.coverage, 2)],
    ['position', `${decimals(row.positionAmount, 4)} at ${decimals(row.markPriceUsd, 2)} USD, ${whole(row.positionUsd)} USD`], ['policy', row.policy === '' ? '–' : row.policy],
  ] as const; // prettier-ignore
  return html`<figure class="symbol-figure">
    <figcaption><strong>${row.symbol}</strong>: score of the last hour, 0 to 1, UTC
      ${act ? html`<button type="button" class="close" onClick=${() => { act.choose({ symbol: '' }); }}>Close</button>` : null}</figcaption>
    <svg class="chart" viewBox="-2 -4 ${WIDTH + 4} ${HEIGHT + 24}" aria-hidden="true" focusable="false">
      ${[0, 0.5, 1].map((score) => html`<line class="grid" x1="0" x2=${WIDTH} y1=${HEIGHT * (1 - score)} y2=${HEIGHT * (1 - score)} />`)}
      ${lines.map((points) => html`<polyline points=${points} />`)}
      <text x="0" y=${HEIGHT + 16}>${clock(nowSec - 3600)}</text><text x=${WIDTH} y=${HEIGHT + 16} text-anchor="end">${clock(nowSec)}</text>
    </svg>
    <p>${historySentence(row)}</p>
    <dl class="facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <details><summary>The same numbers as a table</summary>
      <table><thead><tr><th scope="col">Minute, UTC</th><th scope="col">Score</th></tr></thead>
        <tbody>${row.scores.map(([minute, score]) => html`<tr key=${minute}><td>${clock(minute * 60).slice(0, 5)}</td><td>${decimals(score, 3)}</td></tr>`)}</tbody></table>
    </details>
  </figure>`;
} // prettier-ignore
