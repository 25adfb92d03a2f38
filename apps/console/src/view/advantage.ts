import type { Advantage } from '@quantum/read-model';
import { html } from 'htm/preact';
import { counted, decimals } from './format.js';
import { Time } from './parts.js';

const [WIDTH, HEIGHT] = [360, 56];

/** What the evidence says, in a sentence. */
export function advantageSentence({ meanBps, lowBps, highBps, deltaBps, hours }: Advantage): string {
  const band = lowBps === null || highBps === null ? 'no band yet' : `band ${decimals(lowBps, 3)} to ${decimals(highBps, 3)}`;
  const verdict =
    lowBps !== null && lowBps > 0 ? 'the band is above 0: better than the base targets'
    : highBps !== null && highBps < -deltaBps ? 'the band is below the line of harm'
    : lowBps !== null && lowBps > -deltaBps ? 'the band is above the line of harm'
    : 'not decided yet';
  return `Mean ${decimals(meanBps, 3)} basis points an hour, ${band}, line of harm ${decimals(-deltaBps, 3)}, ${counted(hours, 'hour')}: ${verdict}.`;
} // prettier-ignore

/** The advantage with its confidence band, and the lines at -delta and 0. */
export function AdvantageFigure({ advantage, nowSec }: { advantage: Advantage; nowSec: number }) {
  const { meanBps, lowBps, highBps, deltaBps, asOfSec, eValues, harmThreshold } = advantage;
  const marks = [meanBps, lowBps ?? meanBps, highBps ?? meanBps, -deltaBps, 0];
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const room = (high - low || 1) * 0.1;
  const x = (bps: number): number => (WIDTH * (bps - low + room)) / (high - low + 2 * room);
  return html`<figure>
    <figcaption>Advantage over the base targets, basis points an hour, <${Time} sec=${asOfSec} nowSec=${nowSec} /></figcaption>
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false">
      ${([[0, '0'], [-deltaBps, '-delta']] as const).map(([bps, name]) => html`<line class="grid" x1=${x(bps)} x2=${x(bps)} y1="4" y2="38" /><text x=${x(bps)} y="52" text-anchor="middle">${name}</text>`)}
      ${lowBps === null || highBps === null ? null : html`<rect class="band" x=${x(lowBps)} y="14" width=${x(highBps) - x(lowBps)} height="14" />`}
      <line class="mean" x1=${x(meanBps)} x2=${x(meanBps)} y1="10" y2="32" />
    </svg>
    <p>${advantageSentence(advantage)}</p>
    <table><thead><tr><th scope="col">Mean</th><th scope="col">Low</th><th scope="col">High</th><th scope="col">-delta</th><th scope="col">E-values (harm acts at ${decimals(harmThreshold, 0)})</th></tr></thead>
      <tbody><tr><td>${decimals(meanBps, 3)}</td><td>${decimals(lowBps, 3)}</td><td>${decimals(highBps, 3)}</td><td>${decimals(-deltaBps, 3)}</td><td>${Object.entries(eValues).map(([name, value]) => `${name} ${decimals(value, 2)}`).join(', ')}</td></tr></tbody></table>
  </figure>`;
} // prettier-ignore
