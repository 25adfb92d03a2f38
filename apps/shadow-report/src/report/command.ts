import { readFileSync, writeFileSync } from 'node:fs';
import { CannotRun, messageOf } from '@quantum/service-kit';
import {
  DEFAULT_THRESHOLDS,
  definitionOf,
  Evidence,
  judge,
  Performance,
  ThresholdsSchema,
  type Thresholds,
  type Verdict,
} from '@quantum/shadow-evidence';
import * as z from 'zod';
import { readRecording } from '../file/open.js';
import { policyOf } from '../policy.js';
import type { TerminalWidth } from './columns.js';
import { intervalOf } from './interval.js';
import { countLooks } from './looks.js';
import { measuredOf } from './measured.js';
import { PAGE_STYLE } from './page/assets.js';
import { reportHtml } from './page/html.js';
import { readPrices } from './prices.js';
import { reportText } from './text.js';

export interface ReportArguments {
  prices?: string;
  priceDelay: number;
  costBps: number;
  block?: number;
  seed: number;
  timeScale: number;
  interval?: number;
  thresholds?: string;
  json?: true;
  html?: string;
}

const EXIT_CODES: Readonly<Record<Verdict['verdict'], number>> = { READY: 0, NOT_READY: 1, INSUFFICIENT_DATA: 3 };
/** An allocation that was not renewed for so long counts as none, seconds: the TTL of a shadow proposal. */
const ALLOCATION_MAX_AGE_SEC = 600;

/** Measures a recording, holds it to the thresholds and prints both. @returns the exit code. @throws CannotRun */
export function reportCommand(
  path: string,
  options: ReportArguments,
  print: (text: string) => void,
  terminal: TerminalWidth,
): number {
  const { costBps, seed, block, json, html, timeScale } = options;
  const thresholds = readThresholds(options.thresholds);
  const prices = options.prices === undefined ? undefined : readPrices(options.prices, options.priceDelay);
  const performance = prices && new Performance(prices, { costBps, maxAgeSec: ALLOCATION_MAX_AGE_SEC });
  const intervalSec = options.interval ?? intervalOf(path);
  let evidence: Evidence | undefined;
  const { header, tornBytes, damage } = readRecording(path, ({ policy }) => {
    const measuring = new Evidence(policyOf(policy), { intervalSec, performance });
    evidence = measuring;
    return (line) => {
      measuring.take(line);
    };
  });
  if (!evidence) return EXIT_CODES.INSUFFICIENT_DATA;
  const { window, replayer, coveredHours, proposals } = evidence;
  const seen = { startedAtSec: header.started_at, toSec: window.toSec, proposals: proposals.n };
  const looks = prices && countLooks(path, seen);
  const figures = evidence.figures({
    seed,
    timeScale,
    ...(looks && { looks: looks.count }),
    ...(block !== undefined && { blockLength: block }),
  });
  const judged = judge(figures, thresholds, coveredHours);
  const report = {
    ...judged, recording: path, tornBytes, damage, policy: header.policy, figures, ...measuredOf(evidence, performance),
    differences: replayer.differences, ...(prices && { costBps }), ...(looks && { looks }),
  }; // prettier-ignore
  if (html !== undefined) writeFileSync(html, reportHtml(report, PAGE_STYLE));
  print(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, terminal));
  return EXIT_CODES[judged.verdict];
}

function readThresholds(path: string | undefined): Thresholds {
  if (path === undefined) return DEFAULT_THRESHOLDS;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CannotRun(`${path}: ${messageOf(error)}`);
  }
  const parsed = ThresholdsSchema.safeParse(value);
  if (!parsed.success) throw new CannotRun(`${path}:\n${z.prettifyError(parsed.error)}`);
  // An optional line of no figure would be left out, and a verdict be READY without it.
  const unknown = Object.keys(parsed.data.lines).filter((id) => definitionOf(id) === undefined);
  if (unknown.length === 0) return parsed.data;
  throw new CannotRun(`${path}: no figure has the id ${unknown.join(', ')}; \`report --json\` lists all ids`);
}
