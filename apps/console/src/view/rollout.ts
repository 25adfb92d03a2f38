import type { GuardRow, RolloutView, Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { AdvantageFigure } from './advantage.js';
import { counted, decimals, duration, utc } from './format.js';
import { Nothing, Panel, State, Time } from './parts.js';
import type { Tone } from './status.js';

const TONES: Readonly<Record<string, Tone>> = { off: 'off', enforcing: 'good', baking: 'good', holding: 'warn', reduce_only: 'warn', unreadable: 'bad', killed: 'bad', rolled_back: 'bad' }; // prettier-ignore

const toneOfGuard = ({ isBreached, verdict }: GuardRow): Tone =>
  isBreached || verdict === 'BREACH' ? 'bad' : verdict === 'PASS' ? 'good' : 'off';

/** The rollout: stage, blend, countdown, what blocks the next step, guards, advantage. */
export function Rollout({ snapshot: { rollout }, nowSec }: { snapshot: Snapshot; nowSec: number }) {
  if (rollout === null) return html`<${Panel} id="rollout" title="Rollout"><${Nothing} words="Not read yet." /><//>`;
  return html`<${Panel} id="rollout" title="Rollout">
    <dl class="facts">
      <div><dt>state</dt><dd><${State} tone=${TONES[rollout.state] ?? 'warn'} words=${`${rollout.state}${rollout.holdCause === '' ? '' : ` by ${rollout.holdCause}`}`} /></dd></div>
      ${factsOf(rollout, nowSec).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
      ${rollout.cycleSec === null ? null : html`<div><dt>last cycle</dt><dd><${Time} sec=${rollout.cycleSec} nowSec=${nowSec} /></dd></div>`}
    </dl>
    <${Next} rollout=${rollout} nowSec=${nowSec} />
    <${Guards} guards=${rollout.guards} nowSec=${nowSec} />
    ${rollout.advantage ? html`<${AdvantageFigure} advantage=${rollout.advantage} nowSec=${nowSec} />` : null}
  <//>`;
} // prettier-ignore

/** The facts that are there, by name. */
function factsOf(view: RolloutView, nowSec: number): (readonly [name: string, value: string])[] {
  const { stage, stages, stageName, blend, stageBlend, direction, planName, plan, published, expiresAtSec, excluded } = view;
  return [
    ...(stage === 0 ? [] : [['stage', `${stage} of ${stages}: ${stageName}`] as const]),
    ...(stage === 0 ? [] : [['blend', `${decimals(blend, 3)} of ${decimals(stageBlend, 3)} ${direction}`] as const]),
    ...(expiresAtSec === null ? [] : [['dead man', `${counted(published, 'multiplier')} end in ${duration(expiresAtSec - nowSec)} unless renewed`] as const]),
    ...(plan === '' ? [] : [['plan', `${planName} (${plan.slice(0, 12)})`] as const]),
    ...(excluded.length === 0 ? [] : [['excluded', excluded.join(', ')] as const]),
  ];
} // prettier-ignore

function Next({ rollout: { next, bakedSec, minBakeSec }, nowSec }: { rollout: RolloutView; nowSec: number }) {
  if (next === null) return null;
  const when = next.earliestSec === null ? '' : ` At the earliest in ${duration(next.earliestSec - nowSec)} (${utc(next.earliestSec)} UTC).`;
  const baked = minBakeSec === null ? '' : ` Baked ${duration(bakedSec)} of ${duration(minBakeSec)}.`;
  return html`<div>
    <h3>Next: ${next.name}, blend ${decimals(next.blend, 3)}</h3>
    <p>Approved by ${next.approvedBy.length === 0 ? 'no one' : next.approvedBy.join(', ')}, ${next.approvalsNeeded} needed.${baked}${when}</p>
    ${next.blockers.length === 0 ? html`<p><${State} tone="good" words="Nothing blocks it." /></p>` : html`<ul>${next.blockers.map((words, i) => html`<li key=${i}>${words}</li>`)}</ul>`}
  </div>`;
} // prettier-ignore

/** What guards found when the state last moved: their numbers may be days old. */
function Guards({ guards, nowSec }: { guards: readonly GuardRow[]; nowSec: number }) {
  return html`<div><h3>Guards</h3>${guards.length === 0 ? html`<${Nothing} words="No guard has been asked: no rollout runs." />` : html`<div class="scroll" tabindex="0" role="region" aria-label="Guards, table"><table>
    <thead><tr><th scope="col">Guard</th><th scope="col">Verdict</th><th scope="col">Value</th><th scope="col">Limit</th><th scope="col">Unit</th><th scope="col">n</th><th scope="col">Demands</th><th scope="col">As of</th></tr></thead>
    <tbody>${guards.map((row) => html`<tr key=${row.guard}><th scope="row">${row.guard}</th>
      <td><${State} tone=${toneOfGuard(row)} words=${row.verdict === '' ? 'not asked' : row.verdict.toLowerCase()} /></td>
      <td>${decimals(row.value, 4)}</td><td>${decimals(row.limit, 4)}</td><td>${row.unit}</td><td>${decimals(row.n, 0)}</td><td>${row.demand === '' ? '–' : row.demand}</td><td>${row.asOfSec === null ? '–' : html`<${Time} sec=${row.asOfSec} nowSec=${nowSec} />`}</td></tr>`)}</tbody>
  </table></div>`}</div>`;
} // prettier-ignore
