import type { ServiceRow, Snapshot } from '@quantum/read-model';
import { counted } from './format.js';
import type { Link } from './ui.js';

/** How something is. The glyph goes with a word: colour alone says nothing. */
export type Tone = 'good' | 'warn' | 'bad' | 'off';
export const GLYPHS: Readonly<Record<Tone, string>> = { good: '✓', warn: '▲', bad: '✗', off: '○' };

const TONES: Readonly<Record<ServiceRow['state'], Tone>> = {
  ready: 'good',
  alive: 'good',
  absent: 'off',
  unknown: 'off',
  silent: 'bad',
  not_ready: 'bad',
  unreachable: 'bad',
};
export const toneOfService = ({ state }: ServiceRow): Tone => TONES[state];

/** The verdict in a few words. */
export function verdict({ problems }: Snapshot): { readonly tone: Tone; readonly words: string } {
  return problems.length === 0 ? { tone: 'good', words: 'All is well' } : { tone: 'bad', words: counted(problems.length, 'problem') }; // prettier-ignore
}

/** The title of the page: it is all that a tab in the background shows. */
export function titleOf(snapshot: Snapshot, link: Link): string {
  const { tone, words } = verdict(snapshot);
  return `${link === 'stale' || link === 'logged_out' ? 'STALE ' : ''}${GLYPHS[tone]} ${words} · Quantum console`;
}
