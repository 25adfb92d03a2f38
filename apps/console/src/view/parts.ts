import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { ago, utc } from './format.js';
import { GLYPHS, type Tone } from './status.js';

/** A state: glyph and word. */
export const State = ({ tone, words }: { tone: Tone; words: string }) =>
  html`<span class="state ${tone}"><span aria-hidden="true">${GLYPHS[tone]}</span> ${words}</span>`;

/** A time as "ago", with the time itself to point at. */
export const Time = ({ sec, nowSec }: { sec: number; nowSec: number }) =>
  html`<time datetime=${`${utc(sec).replace(' ', 'T')}Z`} title="${utc(sec)} UTC">${ago(sec, nowSec)}</time>`;

/** One of the parts of the screen. */
export const Panel = ({ id, title, note = '', children }: { id: string; title: string; note?: string; children: ComponentChildren }) =>
  html`<section class="panel" id=${id} aria-labelledby="${id}-title">
    <header><h2 id="${id}-title">${title}</h2>${note === '' ? null : html`<p class="note">${note}</p>`}</header>
    ${children}
  </section>`; // prettier-ignore

/** What is shown where there is nothing to show. */
export const Nothing = ({ words }: { words: string }) => html`<p class="nothing">${words}</p>`;
