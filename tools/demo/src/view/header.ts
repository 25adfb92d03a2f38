import { tally } from '@quantum/read-model';
import { INCIDENTS } from '../feed/incidents.js';
import { cell, fitLine, widthOf, type Line, type Span } from './line.js';
import { clock, milliseconds, minuteOf } from './text.js';
import type { ServiceView, View } from './view.js';

const LABEL_WIDTH = 9;
const label = (text: string): Span => [cell(` ${text}`, LABEL_WIDTH), 'dim'];

const INCIDENT_RATES = INCIDENTS.map(({ name, shareOfTime }) => `${name} ${Math.round(shareOfTime * 100)} %`).join(
  ', ',
);

/** What the feed does on purpose: the rates of incidents, and the symbols with a history. */
export function feedText({ feed }: View): string {
  if (feed === undefined) return 'off';
  const past = feed.history.length === 0 ? '' : `; ${feed.history.join(', ')}: with a past of permits`;
  return `on purpose: ${INCIDENT_RATES} of the time${past}`;
}

/** The brain's values, which are not those of production. */
export function brainText({ feed }: View): string {
  if (feed === undefined) return 'off';
  const values = Object.entries(feed.brain).map(([name, value]) => `${name}=${value}`);
  return `the demo's own values, as minutes pass in seconds: ${values.join(' ')}`;
}

/** The lines above the tables: what runs, where, and its health. */
export function headerLines(view: View, width: number): Line[] {
  return [
    titleLine(view, width),
    [label('prices'), [pricesText(view)]],
    ...view.services.map(serviceLine),
    cycleLine(view),
    [label('console'), [view.page]],
    [label('brain'), [brainText(view), 'dim']],
    [label('feed'), [feedText(view), 'dim']],
    ...(view.notice === '' ? [] : [[label('note'), [view.notice, 'yellow']] satisfies Line]),
  ];
}

function titleLine({ redis, elapsedSec, limitSec }: View, width: number): Line {
  const time = limitSec === undefined ? clock(elapsedSec) : `${clock(elapsedSec)} of ${clock(limitSec)}`;
  const left: Line = [
    [' Capital efficiency', 'bold'],
    [`  ${redis}`],
    ['  scores, targets in shadow, permits with a hint', 'dim'],
  ];
  const available = Math.max(0, width - time.length - 2);
  const fitted = fitLine(left, available, true);
  return widthOf(fitted) === 0 ? [[time]] : [...fitted, [` ${time} `, 'bold']];
}

function pricesText({ prices, feed }: View): string {
  if (feed === undefined) return prices;
  const pace = feed.speed === 1 ? 'one minute a second' : `${feed.speed} minutes a second`;
  return `${prices}, now ${minuteOf(feed.priceTsSec)} UTC, ${pace}`;
}

function serviceLine({ name, part, metricsUrl, health, ended }: ServiceView): Line {
  const state: Span =
    ended !== undefined
      ? [ended, 'red']
      : health.state === 'ready'
        ? ['ready', 'green']
        : [`${health.state}${health.detail === '' ? '' : `: ${health.detail}`}`, 'yellow'];
  return [label(part), [`${cell(name, 19)}${cell(`${metricsUrl}/metrics`, 33)} `], state];
}

function cycleLine({ snapshot: { cycle }, nowSec }: View): Line {
  if (cycle === null) return [label('cycle'), ['waiting for the first', 'dim']];
  const ageSec = Math.max(0, Math.floor(nowSec - cycle.atSec));
  const text = `${cycle.cycles}, ${cycle.symbols} symbols in ${milliseconds(cycle.durationSec)}`;
  const rest = ` (worst ${milliseconds(cycle.worstDurationSec)}), ${ageSec} s ago: ${tally(cycle.reasons)}`;
  return [label('cycle'), [text], [rest, 'dim']];
}
