#!/usr/bin/env python3
"""Which multiplier applies to a base target while a rollout enforces proposals. Written from docs/rollout.md.

Python 3.8 or newer, standard library only. With redis-py and `decode_responses=True`:

    fields = dict(zip(FIELDS, r.hmget("quantum:rollout:multiplier:" + symbol, FIELDS)))
    multiplier, why = effective_multiplier(fields, r.get("quantum:rollout:epoch"), r.time()[0])
    target = effective_target(base, multiplier)

Pass UNREADABLE for what Redis answers with an error. The multiplier is exactly 1 unless `why` is "ok".
"""
import math
import re

FIELDS = ("multiplier", "direction", "epoch", "expires_at")
UNREADABLE = object()

BLANKS = " \t\r\n\v\f"
NUMBER = re.compile(r"[ \t\r\n\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\r\n\v\f]*")
EPOCH = re.compile(r"0|[1-9][0-9]{0,15}")


def number(text):
    """The double of a text, None if it is not a number."""
    if text is None or len(text) > 1024 or not NUMBER.fullmatch(text):
        return None
    value = float(text.strip(BLANKS))
    return value + 0.0 if math.isfinite(value) else None


def epoch_of(text):
    """The whole number of an epoch, None if it is no epoch."""
    return int(text) if text is not None and EPOCH.fullmatch(text) and int(text) < 2 ** 53 else None


def effective_multiplier(fields, epoch, now):
    """(multiplier, why). `fields`: the hash's fields by name, None or missing where absent; `epoch`: text or None."""
    if fields is UNREADABLE or epoch is UNREADABLE:
        return 1.0, "unreadable"
    if all(fields.get(name) is None for name in FIELDS):
        return 1.0, "absent"
    multiplier, expires = number(fields.get("multiplier")), number(fields.get("expires_at"))
    direction, written_under = fields.get("direction"), epoch_of(fields.get("epoch"))
    if multiplier is None or multiplier < 0 or direction not in ("down_only", "both") or written_under is None or expires is None:
        return 1.0, "invalid"
    if not expires > now:
        return 1.0, "expired"
    if written_under != epoch_of(epoch):
        return 1.0, "epoch"
    if direction == "down_only" and multiplier > 1:
        return 1.0, "over_limit"
    return multiplier, "ok"


def effective_target(base, multiplier):
    """Base times multiplier, USD; the base where the product is not finite."""
    target = base * multiplier
    return target + 0.0 if math.isfinite(target) else base
