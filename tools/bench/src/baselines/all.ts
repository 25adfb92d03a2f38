import { floor as brainFloor, readAndParse } from './brain.js';
import { proposals } from './console.js';
import { paced, plansOneAtATime, replay, toyLoop } from './plans.js';
import { floor, oneAtATime, pipelines } from './proposer.js';
import type { Baseline } from './baseline.js';

export const BASELINES: Readonly<Record<string, Baseline<never>>> = {
  'proposer-floor': floor,
  'proposer-pipelines': pipelines,
  'proposer-one-at-a-time': oneAtATime,
  'plans-toy-loop': toyLoop,
  'plans-one-at-a-time': plansOneAtATime,
  'plans-replay': replay,
  'plans-paced': paced,
  'console-proposals': proposals,
  'brain-floor': brainFloor,
  'brain-read-and-parse': readAndParse,
};
