import type { Clock } from '@quantum/clock';
import { encodeSnapshot } from '@quantum/read-model';
import type { Redis } from '@quantum/redis-io';
import { html } from 'htm/preact';
import { renderToString } from 'preact-render-to-string';
import type { EventHub } from '../events/hub.js';
import { readPlanWords } from '../plan/read.js';
import type { Pages } from '../server/routes.js';
import { Login } from '../view/login.js';
import { PlanPage } from '../view/plan.js';
import { Screen } from '../view/screen.js';
import { titleOf } from '../view/status.js';
import { FIRST_UI } from '../view/ui.js';
import { SCRIPT, STYLE } from './assets.js';
import { documentOf } from './document.js';

export interface PageParts {
  readonly clock: Clock;
  readonly hub: Pick<EventHub, 'snapshot'>;
  readonly redis: Redis;
}

/** What the routes show, rendered by the components that the browser uses too. */
export function createPages({ clock, hub, redis }: PageParts): Pages {
  return {
    screen: () => {
      const { snapshot } = hub;
      const view = { snapshot, nowSec: clock.wallSec(), ui: FIRST_UI, link: 'first' } as const;
      return documentOf(titleOf(snapshot, 'first'), renderToString(html`<${Screen} ...${view} />`), STYLE, SCRIPT);
    },
    login: (isWrong) =>
      documentOf('Quantum console: log in', renderToString(html`<${Login} isWrong=${isWrong} />`), STYLE),
    snapshot: () => encodeSnapshot(hub.snapshot),
    plan: async (planId, as) => {
      const words = await readPlanWords(redis, planId);
      if (!words) return undefined;
      if (as === 'json') return JSON.stringify(words);
      return documentOf(`Plan ${planId}`, renderToString(html`<${PlanPage} words=${words} />`), STYLE);
    },
  };
}
