import type { IncidentRow, PolicyRow, Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { counted } from './format.js';
import { Nothing, Panel, Time } from './parts.js';

/** Incidents: dead letters, disarms, kill switch, policy reloads, foreign permits. */
export const Incidents = ({ snapshot: { incidents }, nowSec }: { snapshot: Snapshot; nowSec: number }) =>
  html`<${Panel} id="incidents" title="Incidents" note=${incidents.length === 0 ? '' : counted(incidents.length, 'incident')}>
    ${incidents.length === 0 ? html`<${Nothing} words="None." />` : html`<div class="scroll" tabindex="0" role="region" aria-label="Incidents, table"><table>
      <thead><tr><th scope="col">When</th><th scope="col">Kind</th><th scope="col">Symbol</th><th scope="col">What happened</th></tr></thead>
      <tbody>${incidents.map((row: IncidentRow) => html`<tr key=${row.id}><td><${Time} sec=${row.atSec} nowSec=${nowSec} /></td><td>${row.kind.replace('_', ' ')}</td><td>${row.symbol === '' ? '–' : row.symbol}</td><td class="wide">${row.words}</td></tr>`)}</tbody>
    </table></div>`}
  <//>`; // prettier-ignore

/** The policy in force: each set of parameters that decides now. */
export const Policies = ({ snapshot: { policies } }: { snapshot: Snapshot }) =>
  html`<${Panel} id="policy" title="Policy in force">
    ${policies.length === 0 ? html`<${Nothing} words="None has decided yet." />` : policies.map((row: PolicyRow) => html`<details key=${`${row.decides} ${row.hash}`}>
      <summary>${row.decides} <code>${row.hash}</code>${row.symbols > 0 ? `, ${counted(row.symbols, 'symbol')}` : ''}</summary>
      <dl class="facts">${Object.entries(row.parameters).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${String(value)}</dd></div>`)}</dl>
    </details>`)}
  <//>`; // prettier-ignore
