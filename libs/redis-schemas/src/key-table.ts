import type { KeyRow } from './key-row.js';
import { PLAN_ROWS } from './plan-rows.js';
import { TARGET_ROWS } from './target-rows.js';

/** Every key and stream that the services touch; the tables in docs/ are generated from this list. */
export const KEY_TABLE: readonly KeyRow[] = [...TARGET_ROWS, ...PLAN_ROWS];
