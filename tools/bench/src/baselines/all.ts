import { paced, plansOneAtATime, replay, toyLoop } from './plans.js';
import { floor, oneAtATime, pipelines } from './proposer.js';
import type { Rival } from './rival.js';

export const RIVALS: Readonly<Record<string, Rival<never>>> = {
  'proposer-floor': floor,
  'proposer-pipelines': pipelines,
  'proposer-one-at-a-time': oneAtATime,
  'plans-toy-loop': toyLoop,
  'plans-one-at-a-time': plansOneAtATime,
  'plans-replay': replay,
  'plans-paced': paced,
};
