import { CHECKS } from './checks/index.js';
import type { Facts } from './facts.js';
import { HARMS, type Diagnosis } from './finding.js';
import { printable } from './words.js';

/** Everything that is wrong, the most harmful first. Pure: the same facts give the same list. */
export const diagnose = (facts: Facts): readonly Diagnosis[] =>
  CHECKS.flatMap(({ name, harm, find }) => find(facts).map((finding) => clean({ check: name, harm, ...finding }))).sort(
    (a, b) => HARMS.indexOf(a.harm) - HARMS.indexOf(b.harm),
  );

/** Keys, symbols and ids are foreign texts. */
const clean = (diagnosis: Diagnosis): Diagnosis =>
  Object.fromEntries(
    Object.entries(diagnosis).map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  ) as unknown as Diagnosis;
