import type { Snapshot } from '@quantum/read-model';
import { html } from 'htm/preact';
import { Decisions } from './decisions.js';
import { counted, utc } from './format.js';
import { Incidents, Policies } from './incidents.js';
import { State } from './parts.js';
import { Rollout } from './rollout.js';
import { Services } from './services.js';
import { verdict, type Tone } from './status.js';
import { Symbols } from './symbols.js';
import type { Actions, Link, Ui } from './ui.js';

export interface ScreenProps {
  readonly snapshot: Snapshot;
  readonly nowSec: number;
  readonly ui: Ui;
  readonly link: Link;
  readonly act?: Actions;
}

const LINKS: Readonly<Record<Link, readonly [Tone, string]>> = {
  first: ['off', 'as of the moment it was loaded'],
  live: ['good', 'live'],
  lost: ['warn', 'connection lost, connecting again'],
  stale: ['bad', 'STALE'],
  logged_out: ['bad', 'logged out'],
};

/** The whole screen. */
export function Screen({ snapshot, nowSec, ui, link, act }: ScreenProps) {
  const { tone, words } = verdict(snapshot);
  const [linkTone, linkWords] = LINKS[link];
  const on = snapshot.switches.filter(({ state }) => state !== 'off');
  return html`<a class="skip" href="#symbols">Skip to the symbols</a>
    <header class="top">
      <h1>Quantum console</h1>
      <p class="verdict" role="status"><${State} tone=${tone} words=${words} /></p>
      <p><${State} tone=${on.length === 0 ? 'good' : 'bad'} words=${on.length === 0 ? 'switches off' : counted(on.length, 'switch on', 'switches on')} /></p>
      <p><${State} tone=${linkTone} words=${linkWords} /></p>
      <p class="clock">${utc(nowSec)} UTC</p>
    </header>
    ${link === 'stale' ? html`<p class="banner" role="alert">✗ STALE: nothing has come from the console for more than two heartbeats. What follows is old.</p>` : null}
    ${link === 'logged_out' ? html`<p class="banner" role="alert">✗ STALE: the login has ended, and what follows is old. <a href="/">Log in again</a></p>` : null}
    <main>
      ${snapshot.problems.length === 0 ? null : html`<section class="problems" aria-label="Problems"><ul>${snapshot.problems.map(({ where, words: what }, i) => html`<li key=${i}><span aria-hidden="true">✗</span> <strong>${where}</strong> ${what}</li>`)}</ul></section>`}
      <div class="grid">
        <div class="left">
          <${Symbols} snapshot=${snapshot} nowSec=${nowSec} ui=${ui} act=${act} />
          <${Decisions} snapshot=${snapshot} nowSec=${nowSec} ui=${ui} act=${act} />
        </div>
        <div class="right">
          <${Services} snapshot=${snapshot} nowSec=${nowSec} />
          <${Rollout} snapshot=${snapshot} nowSec=${nowSec} />
          <${Incidents} snapshot=${snapshot} nowSec=${nowSec} />
          <${Policies} snapshot=${snapshot} />
        </div>
      </div>
    </main>`;
} // prettier-ignore
