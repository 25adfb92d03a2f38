import { tally, total, type DecisionRow, type Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { counted, utc, whole } from './format.js';
import { Nothing, Panel, State, Time } from './parts.js';
import { PlanLines } from './plan.js';
import type { Tone } from './status.js';
import type { Actions, OpenPlan, Ui } from './ui.js';

const OUTCOMES: Readonly<Record<DecisionRow['outcome'], readonly [Tone, string]>> = {
  permit: ['good', 'permit'],
  refused: ['warn', 'refused'],
  dead_letter: ['bad', 'dead letter'],
  foreign: ['warn', 'foreign'],
};

/** What distinguishes rows: the gate that refused, else the outcome. */
const kindOf = ({ outcome, reason }: DecisionRow): string => (outcome === 'refused' ? reason : outcome);

interface Props {
  readonly snapshot: Snapshot;
  readonly nowSec: number;
  readonly ui: Ui;
  readonly act?: Actions | undefined;
}

/** Permits and refusals as they come, by gate; each opens its whole record. */
export function Decisions({ snapshot: { decisions, totals }, nowSec, ui, act }: Props) {
  const kinds = new Map<string, number>();
  for (const row of decisions) kinds.set(kindOf(row), (kinds.get(kindOf(row)) ?? 0) + 1);
  const rows = ui.gate === '' ? decisions : decisions.filter((row) => kindOf(row) === ui.gate);
  const others = [[totals.deadLetters, 'dead-lettered'], [totals.foreign, 'permitted by others'], [totals.undecided, 'without a decision']] as const; // prettier-ignore
  const rest = others.filter(([count]) => count > 0).map(([count, what]) => `, ${whole(count)} ${what}`).join(''); // prettier-ignore
  const since = totals.fromSec === null ? '' : `, since ${utc(totals.fromSec)} UTC`;
  return html`<${Panel} id="decisions" title="Permits and refusals" note=${`${counted(total(totals.permits), 'permit')}, ${counted(total(totals.refusals), 'refusal')}${rest}${since}`}>
    <p class="note">Refused by gate: ${total(totals.refusals) === 0 ? 'none' : tally(totals.refusals)}.</p>
    ${act && kinds.size > 0 ? html`<div class="filters" role="group" aria-label="Decisions by gate">
      ${['', ...[...kinds.keys()].sort()].map((kind) => html`<button type="button" key=${`k${kind}`} aria-pressed=${ui.gate === kind} onClick=${() => { act.choose({ gate: kind }); }}>${kind === '' ? `all ${decisions.length}` : `${kind} ${kinds.get(kind) ?? 0}`}</button>`)}
    </div>` : null}
    ${rows.length === 0 ? html`<${Nothing} words="No decision yet." />` : html`<div class="scroll" tabindex="0" role="region" aria-label="Decisions, table"><table>
      <thead><tr><th scope="col">When</th><th scope="col">Outcome</th><th scope="col">Symbol</th><th scope="col">Plan</th><th scope="col">In words</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Decision} key=${row.planId} row=${row} nowSec=${nowSec} act=${act} />`)}</tbody>
    </table></div>`}
    ${ui.plan ? html`<${Record} plan=${ui.plan} act=${act} />` : null}
  <//>`;
} // prettier-ignore

function Decision({ row, nowSec, act }: { row: DecisionRow; nowSec: number; act?: Actions }) {
  const [tone, word] = OUTCOMES[row.outcome];
  const open = (event: Event): void => {
    event.preventDefault();
    act?.openPlan(row.planId);
  };
  return html`<tr>
    <td><${Time} sec=${row.decidedSec} nowSec=${nowSec} /></td>
    <td><${State} tone=${tone} words=${word} /></td>
    <td>${row.symbol}</td>
    <td><a href="/plan?id=${encodeURIComponent(row.planId)}" onClick=${act && open}>${row.planId}</a></td>
    <td class="wide">${row.words}</td>
  </tr>`;
}

function Record({ plan, act }: { plan: OpenPlan; act?: Actions }) {
  return html`<section class="record" aria-label="Decision record" aria-live="polite">
    <h3>Plan ${plan.planId} ${act ? html`<button type="button" class="close" onClick=${() => { act.choose({ plan: null }); }}>Close</button>` : null}</h3>
    ${plan.state === 'read' ? html`<${PlanLines} lines=${plan.words.lines} />` : html`<p>${plan.state === 'asked' ? 'Reading its record …' : plan.why}</p>`}
  </section>`;
} // prettier-ignore
