import { join } from 'node:path';

/** This repository's root, for tests: seen from src/. */
export const REPO_ROOT = join(__dirname, '..', '..', '..');
