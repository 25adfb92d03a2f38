import { type Equivalent, ofLine } from './equivalent.js';

export const SHADOW_EVIDENCE: readonly Equivalent[] = [
  ...ofLine(
    'libs/shadow-evidence/src/performance-evidence.ts',
    'return heldSec > 0 ? sum(all.map(({ allocatedUsd, seconds }) => allocatedUsd * seconds)) / heldSec : 0;',
    'the held time is 0 only if no price changed: a mean of NaN then is no figure, like one of 0',
    [['heldSec > 0', 'true']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/performance-evidence.ts',
    'const perDay = meanBaseUsd > 0 && days > 0 ? (10_000 / meanBaseUsd) * (n / days) : undefined;',
    'the mean base is above 0 only if it was held for some time',
    [
      ['days > 0', 'true'],
      ['days > 0', 'days >= 0'],
    ],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/what-if.ts',
    'const outcomeChanged = recorded.outcome !== replayed.record.outcome || recorded.reason !== replayed.record.reason;',
    'a permit has no reason and a refusal has one: with the outcome the reason changes',
    [['recorded.outcome !== replayed.record.outcome', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/statistics/bootstrap.ts',
    'for (let i = 0; i < n + length; i += 1) running.push((running[i] ?? 0) + (series[i % n] ?? 0));',
    'no block reaches the sum that is added behind the series',
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
    'if there is no figure, something is missing: the check is for the type checker',
    [['figure?.value', 'figure.value']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/score-states.ts',
    "line.kind === 'damage' || (line.kind === 'gap' && line.stream === 'scores');",
    'no line of another kind has a stream; the check is for the type checker',
    [["line.kind === 'gap'", 'true']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/parameter-sets.ts',
    "return typeof value === 'object' && value !== null ? (value as ParameterValues) : undefined;",
    'the canonical text of a value that is not an object is not its JSON, and null is no parameters either; the check is for the reader',
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
    'there is always a current table; the check is for the type checker',
    [['this.#tables[0]?.set', 'this.#tables[0].set']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'if (this.#used >= MOST_USED * this.#hashes.length) this.#grow();',
    'a table that grows one id later finds the same',
    [['this.#used >= MOST_USED * this.#hashes.length', 'this.#used > MOST_USED * this.#hashes.length']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'if (this.#hashes[slot] !== hash) this.#used += 1;',
    'a table that counts an id again grows sooner and finds the same',
    [['this.#hashes[slot] !== hash', 'true']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'if (hash === 0) continue;',
    'a copied empty slot stays empty; the check saves the search',
    [['hash === 0', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/seen.ts',
    'for (let found = hashes[slot]; found !== hash && found !== 0; found = hashes[slot]) slot = (slot + 1) & mask;',
    'the search for a free slot may go either way',
    [['slot + 1', 'slot - 1']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/parse-record.ts',
    "decidedAtSec: record === 'unreadable' ? NaN : record.decided_at,",
    'a text has no decided_at, and undefined is no time either; the check is for the type checker',
    [["record === 'unreadable'", 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/record-text.ts',
    'if (known !== undefined) return known;',
    'a text made anew is the same; the check spares making it',
    [['known !== undefined', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/record-text.ts',
    'if (starts.size < MOST_STARTS) starts.set(name, made);',
    'the number of names that are kept bounds memory alone',
    [
      ['starts.size < MOST_STARTS', 'true'],
      ['starts.size < MOST_STARTS', 'false'],
      ['starts.size < MOST_STARTS', 'starts.size <= MOST_STARTS'],
      ['starts.size < MOST_STARTS', 'starts.size >= MOST_STARTS'],
    ],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/record-text.ts',
    "if (name === 'gates') return gateTexts(record);",
    'the JSON of the gates is the same; the check spares making it',
    [["name === 'gates'", 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replayer.ts',
    'if (this.unanswered.size + this.#blocks.size === 0) return false;',
    'where no plan is awaited, none is among these; the check spares the set of hashes',
    [['this.unanswered.size + this.#blocks.size === 0', 'false']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replayer.ts',
    'readonly #find: FindSettings = (limits, policy, applyMode) => {',
    'a record that is not decided without parsing it is parsed, which gives the same',
    [['{', '{}']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/parameter-sets.ts',
    '} catch {',
    'a function that ends without a value returns undefined too',
    [['{', '{}']],
  ),
  ...ofLine(
    'libs/shadow-evidence/src/replay-unparsed.ts',
    'if (hint !== undefined) recorded.permit = { policy: hint } as Permit;',
    'a refused plan, refused again when decided again, has no permit whose policy would be written',
    [['hint !== undefined', 'true']],
  ),
];
