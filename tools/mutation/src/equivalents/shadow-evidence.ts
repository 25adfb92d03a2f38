import { type Equivalent, NO_RETURN, ofLine } from './equivalent.js';

export const SHADOW_EVIDENCE: readonly Equivalent[] = [
  ...ofLine(
    'libs/shadow-evidence/src/performance-evidence.ts',
    'heldSec > 0 ? sum(all.map(({ allocatedUsd, seconds }) => allocatedUsd * seconds)) / heldSec : 0;',
    'nothing was held only where no price changed: a mean of NaN then is no figure, as one of 0',
    [['heldSec > 0', 'true']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/performance-evidence.ts',
    'const perDay = meanBaseUsd > 0 && days > 0 ? (10_000 / meanBaseUsd) * (n / days) : undefined;',
    'the mean base is above 0 only where it was held for some time',
    [
      ['days > 0', 'true'],
      ['days > 0', 'days >= 0'],
    ],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/what-if.ts',
    'const outcomeChanged = recorded.outcome !== again.record.outcome || recorded.reason !== again.record.reason;',
    'a permit has no reason and a refusal has one: with the outcome the reason changes',
    [['recorded.outcome !== again.record.outcome', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/statistics/bootstrap.ts',
    'for (let i = 0; i < n + length; i += 1) running.push((running[i] ?? 0) + (series[i % n] ?? 0));',
    'no block reaches the sum that is added behind',
    [['i < n + length', 'i <= n + length']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/movement-evidence.ts',
    '#cycle = { tsSec: -1, base: 0, proposed: 0 };',
    'a cycle without a base has no ratio, and the first proposal begins another',
    [
      ['{ tsSec: -1, base: 0, proposed: 0 }', '{}'],
      ['-1', '+1'],
    ],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/movement-evidence.ts',
    'this.#closeCycle(-1);',
    'figures are asked for once, after the last proposal: no cycle follows',
    [['-1', '+1']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/verdict.ts',
    'if (missing || figure?.value === undefined) {',
    'where there is no figure, something is missing: the check is for the type checker',
    [['figure?.value', 'figure.value']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/parameter-sets.ts',
    "return typeof value === 'object' && value !== null ? (value as ParameterValues) : undefined;",
    'the canonical text of what is no object is not its JSON, and null is no parameters either; the check is for the reader',
    [
      ["typeof value === 'object' && value !== null", 'true'],
      ["typeof value === 'object' && value !== null", "typeof value === 'object' || value !== null"],
      ["typeof value === 'object'", 'true'],
      ['value !== null', 'true'],
    ],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'this.#tables[0]?.set(hash, mark);',
    'there always is a current table; the check is for the type checker',
    [['this.#tables[0]?.set', 'this.#tables[0].set']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'if (hash === 0) continue;',
    'an empty slot that is copied stays empty; the check spares the search',
    [['hash === 0', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'for (let found = hashes[slot]; found !== hash && found !== 0; found = hashes[slot]) slot = (slot + 1) & mask;',
    'the search for a free slot may go either way',
    [['slot + 1', 'slot - 1']],
  ),
  ...ofLine('libs/shadow-evidence/src/parameter-sets.ts', '} catch {', NO_RETURN, [['{', '{}']]),
  ...ofLine('libs/shadow-evidence/src/parse-record.ts', '} catch {', NO_RETURN, [['{', '{}']]),
  ...ofLine(
    'libs/shadow-evidence/src/parse-record.ts',
    "decidedAtSec: record === 'unreadable' ? NaN : record.decided_at,",
    'a text has no decided_at, and undefined is no time either; the check is for the type checker',
    [["record === 'unreadable'", 'false']],
  ),
];
