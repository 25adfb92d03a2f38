import { expect, it } from '@jest/globals';
import { lifetimeSec } from '@quantum/rollout-plan';
import { rolloutLeaseMs } from './leases.js';

it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  'a standby renews in time at an interval of %d s',
  (intervalSec) => {
    const leaseMs = rolloutLeaseMs(1000 * intervalSec);
    const tickMs = (1000 * intervalSec) / Math.ceil(intervalSec / 10);
    // The lease outlives the time to its next renewal, and runs out, with a tick of the standby, before a multiplier
    // does.
    expect(leaseMs).toBeGreaterThan(tickMs);
    expect(leaseMs + tickMs).toBeLessThan(1000 * lifetimeSec(intervalSec));
  },
);
