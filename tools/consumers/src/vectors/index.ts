import { budgets } from './budgets.js';
import { efficiency } from './efficiency.js';
import { render } from './file.js';
import { hints } from './hints.js';
import { multipliers } from './multipliers.js';
import { numbers } from './numbers.js';
import { permits } from './permits.js';
import { plans } from './plans.js';
import { policies } from './policies.js';
import { proposals } from './proposals.js';
import { scores } from './scores.js';
import { violations } from './violations.js';

/** The test vectors for other languages, by path from the root: the answers of this commit's code. */
export const vectorFiles = (): Readonly<Record<string, string>> => ({
  'docs/vectors/numbers.json': render(numbers),
  'docs/vectors/efficiency.json': render(efficiency),
  'docs/vectors/proposals.json': render(proposals),
  'docs/vectors/budgets.json': render(budgets),
  'docs/vectors/policies.json': render(policies),
  'docs/vectors/hints.json': render(hints),
  'docs/vectors/permits.json': render(permits),
  'docs/vectors/plans.json': render(plans),
  'docs/vectors/violations.json': render(violations),
  'docs/vectors/scores.json': render(scores),
  'docs/vectors/multipliers.json': render(multipliers),
});
