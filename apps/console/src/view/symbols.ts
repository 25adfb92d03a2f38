import { tally, type Snapshot, type SymbolRow } from '@quantum/read-model';
import { html } from 'htm/preact';
import { MultiplierBar, Sparkline } from './bars.js';
import { decimals, whole } from './format.js';
import { Panel } from './parts.js';
import { chosenRows, FIRST_ROWS, windowOf } from './rows.js';
import { SymbolFigure } from './symbol-figure.js';
import type { Actions, ColumnName, Ui } from './ui.js';

/** Height of a row, as style.css has it. */
export const ROW_PX = 28;
/** Rows by which the reader scrolls before another part is drawn. */
const STEP_ROWS = 10;

const HEADS: Readonly<Record<ColumnName, string>> = {
  symbol: 'Symbol',
  base: 'Base, USD',
  proposed: 'Proposed',
  multiplier: 'Multiplier',
  score: 'Score, 1 h',
  confidence: 'Confidence',
  reason: 'Reason',
  effective: 'Effective',
  position: 'Position',
};

interface Props {
  readonly snapshot: Snapshot;
  readonly nowSec: number;
  readonly ui: Ui;
  readonly act?: Actions | undefined;
}

/** Symbols: sorted, filtered, and drawn as far as they are in sight. */
export function Symbols({ snapshot, nowSec, ui, act }: Props) {
  const rows = chosenRows(snapshot.symbols.values(), ui);
  const { shown, above, below } = act ? windowOf(rows, ui.firstRow) : { shown: rows.slice(0, FIRST_ROWS), above: 0, below: 0 }; // prettier-ignore
  const selected = snapshot.symbols.get(ui.symbol);
  const count = `${whole(rows.length)} of ${whole(snapshot.symbols.size)}`;
  const onScroll = (event: Event): void => {
    const row = Math.floor((event.currentTarget as HTMLElement).scrollTop / ROW_PX / STEP_ROWS) * STEP_ROWS;
    const firstRow = Math.max(0, row - STEP_ROWS);
    if (firstRow !== ui.firstRow) act?.choose({ firstRow });
  };
  return html`<${Panel} id="symbols" title="Symbols" note=${act ? count : `${count}; the first ${whole(shown.length)} without JavaScript`}>
    ${act ? html`<${Filters} snapshot=${snapshot} ui=${ui} act=${act} />` : null}
    <div class="scroll tall" tabindex="0" role="region" aria-label="Symbols, table" onScroll=${act && onScroll}>
      <table class="symbols" aria-rowcount=${rows.length + 1}>
        <thead><tr aria-rowindex="1">${(Object.keys(HEADS) as ColumnName[]).map((name) => html`<${Head} key=${name} name=${name} ui=${ui} act=${act} />`)}</tr></thead>
        <tbody>
          ${above > 0 ? html`<tr key=" above" aria-hidden="true"><td colspan="9" class="spacer" style=${{ height: `${above * ROW_PX}px` }} /></tr>` : null}
          ${shown.map((row, i) => html`<${Row} key=${`s${row.symbol}`} row=${row} index=${above + i + 2} nowMin=${Math.floor(nowSec / 60)} isSelected=${row.symbol === ui.symbol} act=${act} />`)}
          ${below > 0 ? html`<tr key=" below" aria-hidden="true"><td colspan="9" class="spacer" style=${{ height: `${below * ROW_PX}px` }} /></tr>` : null}
        </tbody>
      </table>
    </div>
    ${selected ? html`<${SymbolFigure} row=${selected} nowSec=${nowSec} act=${act} />` : null}
  <//>`;
} // prettier-ignore

function Head({ name, ui, act }: { name: ColumnName; ui: Ui; act?: Actions }) {
  const isSorted = ui.sortBy === name;
  const sort = isSorted ? (ui.isDescending ? 'descending' : 'ascending') : undefined;
  const choose = (): void => act?.choose({ sortBy: name, isDescending: isSorted && !ui.isDescending, firstRow: 0 });
  return html`<th scope="col" aria-sort=${sort} class=${TEXT_COLUMNS.has(name) ? 'text' : ''}>
    ${act ? html`<button type="button" onClick=${choose}>${HEADS[name]}<span aria-hidden="true" class="arrow">${isSorted ? (ui.isDescending ? ' ▼' : ' ▲') : ''}</span></button>` : HEADS[name]}
  </th>`; // prettier-ignore
}

const TEXT_COLUMNS: ReadonlySet<ColumnName> = new Set(['symbol', 'reason']);

interface RowProps {
  readonly row: SymbolRow;
  readonly index: number;
  readonly nowMin: number;
  readonly isSelected: boolean;
  readonly act?: Actions | undefined;
}

function Row({ row, index, nowMin, isSelected, act }: RowProps) {
  const open = (): void => act?.choose({ symbol: isSelected ? '' : row.symbol });
  const name = act ? html`<button type="button" class="link" aria-expanded=${isSelected} onClick=${open}>${row.symbol}</button>` : row.symbol; // prettier-ignore
  const isStale = row.staleSinceSec !== null;
  return html`<tr aria-rowindex=${index} class=${isStale ? 'stale' : ''}>
    <th scope="row" class="text">${name}</th>
    <td>${whole(row.baseUsd)}</td>
    <td>${whole(row.proposedUsd)}</td>
    <td><${MultiplierBar} multiplier=${row.multiplier} /> <span class="figure-number">${decimals(row.multiplier, 3)}</span></td>
    <td><${Sparkline} scores=${row.scores} nowSec=${nowMin * 60} /> <span class="figure-number">${decimals(row.score, 3)}</span></td>
    <td>${decimals(row.confidence, 2)}</td>
    <td class="text">${isStale ? '▲ stale, ' : ''}${row.reason === '' ? 'no proposal' : row.reason}</td>
    <td>${row.effectiveWhy === 'ok' ? '✓ ' : ''}${decimals(row.effectiveMultiplier, 3)}</td>
    <td>${whole(row.positionUsd)}</td>
  </tr>`; // prettier-ignore
}

function Filters({ snapshot, ui, act }: { snapshot: Snapshot; ui: Ui; act: Actions }) {
  const reasons: Record<string, number> = {};
  for (const { reason } of snapshot.symbols.values()) reasons[`r${reason}`] = (reasons[`r${reason}`] ?? 0) + 1;
  const names = Object.keys(reasons).map((name) => name.slice(1)).filter((name) => name !== '').sort();
  const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
  return html`<div class="filters" role="search" aria-label="Symbols">
    <label>Symbol <input type="search" value=${ui.text} onInput=${(event: Event) => { act.choose({ text: valueOf(event), firstRow: 0 }); }} /></label>
    <label>Reason <select value=${ui.reason} onChange=${(event: Event) => { act.choose({ reason: valueOf(event), firstRow: 0 }); }}>
      <option value="">all</option>
      ${names.map((name) => html`<option key=${`r${name}`} value=${name}>${name} (${whole(reasons[`r${name}`] ?? 0)})</option>`)}
    </select></label>
    <span class="note">${tally(snapshot.cycle?.skippedReasons ?? {}) === '' ? '' : `skipped: ${tally(snapshot.cycle?.skippedReasons ?? {})}`}</span>
  </div>`;
} // prettier-ignore
