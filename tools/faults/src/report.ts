import Table from 'cli-table3';
import type { Finding, Outcome } from './scenario.js';

const SHOWN_FINDINGS = 8;
const SHOWN_TEXT = 400;

/** The result of a scenario, with everything needed to repeat it. */
export interface Result extends Outcome {
  name: string;
  durationMs: number;
  replay: string;
  /** Logs of the services, only for a failed scenario. */
  folder: string;
}

const passed = ({ findings }: Result): boolean => findings.length === 0;

/** One line per scenario, then the findings of the failed ones. */
export function renderReport(results: readonly Result[]): string {
  const table = new Table({ head: ['scenario', 'result', 's', 'numbers'], style: { head: [], border: [] }, colWidths: [30, 8, 8, 94], wordWrap: true }); // prettier-ignore
  for (const result of results) {
    const numbers = Object.entries(result.numbers).map(([name, value]) => `${name} ${value}`);
    table.push([
      result.name,
      passed(result) ? 'ok' : 'FAILED',
      (result.durationMs / 1000).toFixed(1),
      numbers.join(', '),
    ]);
  }
  return [table.toString(), ...results.filter((result) => !passed(result)).map(renderFailure)].join('\n');
}

function renderFailure({ name, findings, replay, folder }: Result): string {
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) kinds.set(finding.kind, [...(kinds.get(finding.kind) ?? []), finding]);
  const shown = [...kinds].flatMap(([kind, all]) => [
    `  ${kind} (${all.length})`,
    ...all
      .slice(0, SHOWN_FINDINGS)
      .map(({ text }) => `    ${text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}...` : text}`),
  ]);
  return [`\n${name} FAILED`, ...shown, `  play it again: ${replay}`, `  logs of the services: ${folder}`].join('\n');
}

/** The counts that `npm test` sums; one per scenario. */
export function renderCounts(results: readonly Result[]): string {
  const ok = results.filter(passed).length;
  return `${JSON.stringify({ passed: ok, failed: results.length - ok, skipped: 0 })}\n`;
}
