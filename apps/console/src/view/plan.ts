import { html } from 'htm/preact';
import type { PlanWords } from '../plan/words.js';

/** The lines of a record. */
export const PlanLines = ({ lines }: { lines: PlanWords['lines'] }) =>
  html`<dl class="lines">${lines.map(({ label, text }, i) => html`<div key=${i}><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>`; // prettier-ignore

/** A record as a page of its own, for a browser without JavaScript. */
export const PlanPage = ({ words }: { words: PlanWords }) =>
  html`<main class="alone"><h1>Plan ${words.planId}</h1><${PlanLines} lines=${words.lines} /><p><a href="/">Back to the console</a></p></main>`; // prettier-ignore
