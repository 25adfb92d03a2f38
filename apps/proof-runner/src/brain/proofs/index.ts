import type { BrainProof } from '../brain-proof.js';
import { confidence } from './confidence.js';
import { gains } from './gains.js';
import { losses } from './losses.js';
import { neutral } from './neutral.js';
import { restart } from './restart.js';
import { staleInput } from './stale-input.js';

/** The proofs of the efficiency brain, in the order of the table. */
export const BRAIN_PROOFS: readonly BrainProof[] = [neutral, gains, losses, confidence, staleInput, restart];
