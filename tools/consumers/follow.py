#!/usr/bin/env python3
"""How P2.9 writes a target where it follows a rollout, to copy. Written from docs/rollout.md and docs/integration/allocation.md.

Python 3.8 or newer. `r` is a client of redis-py with `decode_responses=True`:

    multiplier, why = write_target(r, "BTCUSDT", base=1000.0, others={"mode": "enforce", "timestamp": repr(time.time())})

`base` is what P2.9 computed. The target becomes base times multiplier, and `base_target_usd` keeps the base: multipliers never
compound, because the proposer and the governor start from the base. To stop, delete that field: HSET leaves it behind.
"""
import time

from effective_target import FIELDS, UNREADABLE, effective_multiplier, effective_target

TARGET_TTL = 300


def target_fields(base, multiplier):
    """The fields of the target. `repr` writes every digit that a reader needs."""
    return {"target_usd": repr(effective_target(base, multiplier)), "base_target_usd": repr(base)}


def read_multiplier(r, symbol):
    """(multiplier, why) that applies now. A key that cannot be read leaves the base as it is."""
    batch = r.pipeline(transaction=False)
    batch.hmget("quantum:rollout:multiplier:" + symbol, FIELDS)
    batch.get("quantum:rollout:epoch")
    batch.time()
    fields, epoch, now = batch.execute(raise_on_error=False)
    return effective_multiplier(
        UNREADABLE if isinstance(fields, Exception) else dict(zip(FIELDS, fields)),
        UNREADABLE if isinstance(epoch, Exception) else epoch,
        time.time() if isinstance(now, Exception) else now[0] + now[1] / 1e6,
    )


def write_target(r, symbol, base, others):
    """Writes a symbol's target, USD. `others`: the fields that P2.9 writes anyway. Returns (multiplier, why)."""
    multiplier, why = read_multiplier(r, symbol)
    key = "quantum:allocation:target:" + symbol
    batch = r.pipeline(transaction=True)
    batch.hset(key, mapping={**others, **target_fields(float(base), multiplier)})
    batch.expire(key, TARGET_TTL)
    batch.execute()
    return multiplier, why
