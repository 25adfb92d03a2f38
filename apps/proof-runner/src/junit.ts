import type { Result } from './result.js';

// Characters that XML 1.0 cannot hold in any form are replaced.
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string =>
  text.replace(UNFIT, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** The results as JUnit XML, which every CI system reads. A proof that could not run is an error there. */
export function renderJunit(results: readonly Result[], durationMs: number): string {
  const count = (...statuses: Result['status'][]) => results.filter(({ status }) => statuses.includes(status)).length;
  const totals =
    `tests="${results.length}" failures="${count('fail')}" errors="${count('not run')}" ` +
    `skipped="${count('skipped')}" time="${seconds(durationMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="proof-runner" ${totals}>`,
    `  <testsuite name="proofs" ${totals}>`,
    ...results.map(testcase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase(result: Result): string {
  const { name, title, ms, status, reason } = result;
  const opening = `    <testcase classname="proofs" name="${escape(`${name}: ${title}`)}" time="${seconds(ms)}"`;
  switch (status) {
    case 'pass':
      return `${opening}/>`;
    case 'skipped':
      return `${opening}><skipped message="${escape(reason)}"/></testcase>`;
    case 'not run':
      return `${opening}><error message="${escape(reason)}"/></testcase>`;
    case 'fail': {
      const [first = reason, ...more] = failures(result);
      return `${opening}><failure message="${escape(first)}">${escape([first, ...more].join('\n'))}</failure></testcase>`;
    }
  }
}

const failures = ({ checks }: Result): string[] =>
  checks.filter(({ ok }) => !ok).map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`);
