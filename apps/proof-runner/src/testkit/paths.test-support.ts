import { join } from 'node:path';

/** The built services, and this program next to them. */
export const APPS_FOLDER = join(__dirname, '..', '..', '..', '..', 'dist', 'apps');
export const PROOF_RUNNER = join(APPS_FOLDER, 'proof-runner', 'main.js');

/**
 * Cycles so short that waiting for one does not matter, and long enough that a busy machine ends one within the three
 * intervals after which the proposer is not ready. The runner gets the same value, so that it knows how long to wait.
 */
export const QUICK_CYCLES = { LOOP_INTERVAL_SEC: '0.5', DISCOVERY_INTERVAL_SEC: '0.5' };
