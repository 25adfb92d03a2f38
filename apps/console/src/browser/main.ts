import { systemClock } from '@quantum/clock';
import { applyDelta, decodeSnapshot, type Snapshot, type SnapshotDelta } from '@quantum/read-model';
import { html } from 'htm/preact';
import { render } from 'preact';
import type { PlanWords } from '../plan/words.js';
import { Screen } from '../view/screen.js';
import { titleOf } from '../view/status.js';
import { FIRST_UI, type OpenPlan, type Ui } from '../view/ui.js';
import { follow } from './follow.js';
import { consoleSec, linkAt, silenceMs, type Times, type ReportedTime } from './freshness.js';

const root = document.getElementById('root');
let snapshot: Snapshot | undefined;
let ui: Ui = FIRST_UI;
let isConnected = false;
let isLoggedOut = false;
let heard = timesNow();
/** Time of the console when it was last connected to, which may be another than that of this machine. */
let reported: ReportedTime | undefined;
let isDrawing = false;

function timesNow(): Times {
  return { steadyMs: systemClock.steadyMs(), wallSec: systemClock.wallSec() };
}

/**
 * Draws once, however much has changed since the last frame. A page in the background has no frames, and draws in time
 * for the title.
 */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  if (document.hidden) setTimeout(drawNow, 1000);
  else requestAnimationFrame(drawNow);
}

function drawNow(): void {
  isDrawing = false;
  if (snapshot === undefined || root === null) return;
  const link = isLoggedOut ? 'logged_out' : linkAt(isConnected, silenceMs(heard, timesNow()));
  const act = { choose, openPlan };
  render(html`<${Screen} snapshot=${snapshot} nowSec=${consoleSec(reported, heard, timesNow())} ui=${ui} link=${link} act=${act} />`, root);
  document.title = titleOf(snapshot, link);
} // prettier-ignore

function choose(change: Partial<Ui>): void {
  ui = { ...ui, ...change };
  draw();
}

function openPlan(planId: string): void {
  choose({ plan: { planId, state: 'asked' } });
  void readPlan(planId).then((plan) => {
    // Another one may be open by now.
    if (ui.plan?.planId === planId) choose({ plan });
  });
}

async function readPlan(planId: string): Promise<OpenPlan> {
  try {
    const response = await fetch(`/plan.json?id=${encodeURIComponent(planId)}`, { cache: 'no-store' });
    if (!response.ok) return { planId, state: 'failed', why: await response.text() };
    return { planId, state: 'read', words: (await response.json()) as PlanWords };
  } catch {
    return { planId, state: 'failed', why: 'The console does not answer.' };
  }
}

void follow('/events', {
  onTime: (sec) => {
    reported = { sec, at: timesNow() };
  },
  onEvent: ({ event, data }) => {
    if (event === 'snapshot') snapshot = decodeSnapshot(data);
    else if (event === 'delta' && snapshot) snapshot = applyDelta(snapshot, JSON.parse(data) as SnapshotDelta);
    draw();
  },
  onHeard: (isCurrent) => {
    isConnected = isCurrent;
    isLoggedOut = false;
    heard = timesNow();
    draw();
  },
  onLost: (isRefused) => {
    isConnected = false;
    isLoggedOut = isRefused;
    draw();
  },
});

// Ages grow, and a picture gets stale, without an event.
setInterval(draw, 1000);
