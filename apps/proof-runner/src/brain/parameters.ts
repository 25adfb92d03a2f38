import type { Redis } from '@quantum/redis-io';
import { parseJson, POLICY_PARAMETERS_KEY } from '@quantum/redis-schemas';

/** Parameters of the running brain that say how long its proofs take. */
export interface BrainParameters {
  periodSec: number;
  staleSec: number;
  confidencePeriods: number;
}

/**
 * The parameters by which a score was made, as the brain itself keeps them in Redis. Undefined if they are not there.
 */
export async function readParameters(redis: Redis, policy: string): Promise<BrainParameters | undefined> {
  const text = await redis.hget(POLICY_PARAMETERS_KEY, policy);
  const known = (text === null ? undefined : parseJson(text)) as Record<string, unknown> | undefined;
  const [periodSec, staleSec, confidencePeriods] = ['BRAIN_PERIOD_SEC', 'P31_STALE_SEC', 'BRAIN_CONF_PERIODS'].map(
    (name) => known?.[name],
  );
  if (typeof periodSec !== 'number' || typeof staleSec !== 'number' || typeof confidencePeriods !== 'number') {
    return undefined;
  }
  return { periodSec, staleSec, confidencePeriods };
}

/** Share of its freshness that a score must have lost to be called stale. */
export const STALE_SHARE = 0.01;
/** A confidence of a half is awaited if it comes within this time, seconds: by default it takes 12 hours. */
const CONFIDENT_SEC = 60;
/** Cycles of the brain, and scans for symbols. */
const MARGIN_SEC = 20;

/** Effective periods after which confidence has certainly passed a half, if every period but the first is measured. */
const confidentPeriods = ({ confidencePeriods }: BrainParameters): number => 2 * confidencePeriods + 2;

/** Whether the proofs wait until confidence has passed a half. */
export const awaitsConfidence = (parameters: BrainParameters): boolean =>
  confidentPeriods(parameters) * parameters.periodSec <= CONFIDENT_SEC;

/**
 * How long the proofs take with these parameters, seconds: a period must begin, be measured, and its inputs must age.
 */
export function durationSec(parameters: BrainParameters): number {
  const { periodSec, staleSec } = parameters;
  const staleAfterSec = periodSec + STALE_SHARE * (staleSec - periodSec);
  const confidentAfterSec = awaitsConfidence(parameters) ? confidentPeriods(parameters) * periodSec : 0;
  return Math.ceil(Math.max(2 * periodSec + staleAfterSec, confidentAfterSec) + MARGIN_SEC);
}
