#!/usr/bin/env python3
"""A second implementation of the scores of the efficiency brain, written from docs/brain.md.

Python 3.8 or newer, standard library only. It recomputes the entries of the decision stream from their inputs:

    redis-cli --json XRANGE quantum:stream:capital.efficiency.decision - + > entries.json
    python3 tools/consumers/scores.py entries.json [BRAIN_HALFLIFE_SEC=604800 ...]

Name the variables that the brain does not have at their defaults. Exit 0: every score is alike; 1: some differ; 2: nothing to check.
"""
import json
import math
import re
import sys
from pathlib import Path

DEFAULTS = {
    "BRAIN_MODEL": "posterior", "BRAIN_PERIOD_SEC": "60", "BRAIN_HURDLE_BPS_PER_DAY": "0", "BRAIN_HALFLIFE_SEC": "604800",
    "BRAIN_MIN_SD_BPS_PER_DAY": "1", "BRAIN_PRIOR_SR_PER_DAY": "0.05", "BRAIN_CONF_PERIODS": "720", "P31_STALE_SEC": "600",
    "P31_MAX_FUTURE_SEC": "60",
}
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
MAX_RESERVED, MAX_RETURN = 1e15, 1e6
TOLERANCE = 1e-12


def number(text):
    """The double of a text, None if it is not a number."""
    return float(text) + 0.0 if isinstance(text, str) and NUMBER.fullmatch(text) else None


def is_finite(value):
    return value is not None and math.isfinite(value)


def is_price(value):
    return is_finite(value) and value > 0


def is_reserved(value):
    return is_price(value) and value <= MAX_RESERVED


def clamp(value, least, most):
    return min(value, most) if value >= least else least


def full(value):
    return "" if value is None else repr(float(value))


class Rules:
    """Parameters, and what follows from them."""

    def __init__(self, config):
        self.model = config["BRAIN_MODEL"]
        values = {name: float(text) for name, text in config.items() if name in DEFAULTS and name != "BRAIN_MODEL"}
        self.period_sec, self.stale_sec = values["BRAIN_PERIOD_SEC"], values["P31_STALE_SEC"]
        self.max_future_sec, self.conf_periods = values["P31_MAX_FUTURE_SEC"], values["BRAIN_CONF_PERIODS"]
        self.per_day = 86400 / self.period_sec
        self.halflife = values["BRAIN_HALFLIFE_SEC"] / self.period_sec
        self.hurdle = values["BRAIN_HURDLE_BPS_PER_DAY"] * 1e-4 / self.per_day
        self.min_sd = values["BRAIN_MIN_SD_BPS_PER_DAY"] * 1e-4 / math.sqrt(self.per_day)
        self.prior = self.per_day / values["BRAIN_PRIOR_SR_PER_DAY"] ** 2

    def forgotten(self, periods):
        """Share of a weight that is gone after these periods: 1 - 2^(-periods / halflife)."""
        return -math.expm1(-periods / self.halflife * math.log(2))


# --- A period ----------------------------------------------------------------------------------------------------------


def gain_of(start, closed):
    """The gain of a period in USD, or why it is missing."""
    position, before, price = start.get("position_qty"), start.get("price_usd"), closed.get("price")
    if position is None:
        reported = closed.get("reported_gain_usd")
        return reported if is_finite(reported) else "position"
    fills = closed["fills"]
    if position != 0 and before is None:
        return "price_before"
    if (position != 0 or fills) and not is_price(price):
        return "price"
    costs = closed["fees_usd"] + closed["funding_usd"]
    if not all(is_finite(qty) and is_price(at) for qty, at in fills) or not is_finite(costs):
        return "fills"
    held = 0.0 if position == 0 else position * (price - before)
    return held + sum(qty * (price - at) for qty, at in fills) - closed["fees_usd"] - closed["funding_usd"]


def measure(start, closed, rules):
    """Gain and return of a period, or why they are missing."""
    if start is None:
        return "no_start"
    reserved = closed.get("reserved_usd")
    if not is_reserved(reserved):
        return "reserved"
    gain = gain_of(start, closed)
    if isinstance(gain, str):
        return gain
    excess = gain / reserved - rules.hurdle
    return (gain + 0.0, excess + 0.0) if abs(excess) <= MAX_RETURN else "out_of_range"


MOMENTS = ("weight", "squared_weight", "mean", "squares", "pair_weight", "later_mean", "earlier_mean", "pair_products")


def add_return(state, x, period, rules):
    """Adds a return of weight 1 to the moments of a state; older ones decay."""
    if state["weight"] is None:
        previous, left = None, 0.0
        state.update(dict.fromkeys(MOMENTS, 0.0))
    else:
        previous = state["last_return"] if state["last_period"] == period - 1 else None
        left = 1 - rules.forgotten(period - state["last_period"])
    weight = left * state["weight"] + 1
    mean = state["mean"] + (x - state["mean"]) / weight
    state["squares"] = max(0.0, left * state["squares"] + (x - state["mean"]) * (x - mean))
    state.update(weight=weight, mean=mean, squared_weight=left * left * state["squared_weight"] + 1)
    state["pair_weight"] *= left
    state["pair_products"] *= left
    if previous is not None:
        state["pair_weight"] += 1
        deviation = x - state["later_mean"]
        state["later_mean"] += deviation / state["pair_weight"]
        state["earlier_mean"] += (previous - state["earlier_mean"]) / state["pair_weight"]
        state["pair_products"] += deviation * (previous - state["earlier_mean"])
    state.update(last_period=period, last_return=x)


def with_inputs(state, reserved, performance, last_execution, now, rules):
    """What the published formula reads, each where it is readable."""
    if performance is not None and abs(performance) <= 1:
        state["p31_performance"] = performance
    if is_reserved(reserved):
        state["p31_target_usd"] = reserved
    if last_execution is not None and 0 < last_execution <= now + rules.max_future_sec:
        state["p31_last_execution"] = max(last_execution, state["p31_last_execution"] or 0.0)


NEW = {
    "gain_usd": 0.0, "peak_gain_usd": 0.0, "score_ewma": 0.5, "p31_volatility_usd": 0.0, "p31_loss_usd": 0.0, "p31_performance": 0.0,
    "p31_target_usd": 100.0, "p31_last_execution": None, "last_period": None, "last_return": None, "oldest_input": None,
    **dict.fromkeys(MOMENTS),
}


def close_period(state, closed, rules):
    """The state after a period, its result, and the number of skipped periods. None: not after the last one."""
    period = closed["period"]
    if state is not None and period <= state["period"]:
        return None
    skipped = 0 if state is None else int(period - state["period"]) - 1
    result = measure(state if skipped == 0 else None, closed, rules)
    after = dict(state) if state else {**NEW, "first_period": float(period)}
    position, price = closed.get("position"), closed.get("price")
    after.update(period=float(period), position_qty=position if is_finite(position) else None, price_usd=price if is_price(price) else None)
    end = (period + 1) * rules.period_sec
    with_inputs(after, closed.get("reserved_usd"), closed.get("performance"), closed.get("last_execution"), end, rules)
    if isinstance(result, str):
        return after, result, skipped
    gain, excess = result
    after["p31_volatility_usd"] = 0.2 * abs(gain) + 0.8 * after["p31_volatility_usd"]
    after["p31_loss_usd"] = 0.2 * max(-gain, 0.0) + 0.8 * after["p31_loss_usd"]
    add_return(after, excess, period, rules)
    after["oldest_input"] = closed["oldest_input"]
    after["gain_usd"] += gain
    after["peak_gain_usd"] = max(after["peak_gain_usd"], after["gain_usd"])
    score = posterior(after, rules)[0] if rules.model == "posterior" else published(after, end)
    after["score_ewma"] = 0.25 * score + 0.75 * after["score_ewma"]
    return after, "measured", skipped


# --- The scores --------------------------------------------------------------------------------------------------------


def posterior(state, rules):
    """Score, n_eff, mean and standard deviation of a period."""
    if state is None or state["weight"] is None:
        return 0.5, 0.0, 0.0, rules.min_sd
    variance = state["squares"] / state["weight"]
    r1 = 0.0
    if variance > 0 and state["pair_weight"] > 0:
        r1 = clamp(state["pair_products"] / state["pair_weight"] / variance, 0.0, 0.95)
    periods = state["weight"] ** 2 / state["squared_weight"] * ((1 - r1) / (1 + r1))
    sd = max(math.sqrt(variance), rules.min_sd)
    z = state["mean"] / sd * math.sqrt(periods)
    score = 0.5 * math.erfc(-z * math.sqrt(periods / (periods + rules.prior)) / math.sqrt(2))
    return score, periods, state["mean"], sd


def idle_of(state, now):
    return 0.0 if state["p31_last_execution"] is None else max(0.0, now - state["p31_last_execution"])


def published(state, now):
    """The published formula, p31_v1."""
    target = max(state["p31_target_usd"], 1.0)
    idle = min(1.0, idle_of(state, now) / 3600)
    penalty = 0.8 * state["p31_volatility_usd"] / target + 1.2 * state["p31_loss_usd"] / target + 0.6 * idle
    return clamp((state["p31_performance"] + 1) / 2 / (1 + penalty), 0.0, 1.0)


def coverage_of(state, rules):
    if state is None or state["weight"] is None:
        return 0.0
    measured = state["weight"] * (1 - rules.forgotten(state["period"] - state["last_period"]))
    periods = rules.forgotten(state["period"] - state["first_period"] + 1) / rules.forgotten(1)
    return clamp(measured / periods, 0.0, 1.0)


def freshness_of(state, now, rules):
    if state is None or state["weight"] is None:
        return 0.0
    age = now - state["oldest_input"]
    return clamp((rules.stale_sec - age) / (rules.stale_sec - rules.period_sec), 0.0, 1.0) if age >= -rules.max_future_sec else 0.0


def pressure_of(ewma, confidence, loss_share):
    if ewma >= 0.65 and confidence >= 0.5:
        return "INCREASE"
    return "DECREASE" if ewma <= 0.35 or loss_share > 0.5 else "HOLD"


def score_symbol(state, entry, rules):
    """The fields of an entry that its inputs decide."""
    now = number(entry["now"])
    score, periods, mean, sd = posterior(state, rules)
    p31 = dict(state or NEW)
    with_inputs(p31, number(entry["reserved_usd"]), number(entry["performance"]), number(entry["last_execution"]), now, rules)
    coverage = coverage_of(state, rules)
    confidence = periods / (periods + rules.conf_periods) * coverage * freshness_of(state, now, rules)
    ewma = p31["score_ewma"]
    old = published(p31, now)
    return {
        "efficiency_score": full(score if rules.model == "posterior" else old), "score_posterior": full(score), "score_p31_v1": full(old),
        "confidence": full(confidence), "efficiency_ewma": full(ewma), "n_eff": full(periods), "coverage": full(coverage),
        "capital_pressure": pressure_of(ewma, confidence, p31["p31_loss_usd"] / max(p31["p31_target_usd"], 1.0)),
        "reallocation_weight": full(clamp(2 * (ewma - 0.5), -1.0, 1.0) * confidence),
        "mean_bps": full(mean * rules.per_day * 1e4), "sd_bps": full(sd * math.sqrt(rules.per_day) * 1e4),
        "drawdown_usd": full(p31["peak_gain_usd"] - p31["gain_usd"]), "idle_sec": full(idle_of(p31, now)),
    }


# --- Entries -----------------------------------------------------------------------------------------------------------


def state_of(fields):
    """A state from its fields as text."""
    return None if fields is None else {name: number(text) for name, text in fields.items() if name not in ("version", "period_sec")}


def scored(entry, state, rules):
    """The answer to an entry whose period and state are objects, and the state after it."""
    closing = close_period(state, entry["closed"], rules) if entry.get("closed") else None
    after, result, skipped = closing or (state, "", None)
    answer = {"result": result, "skipped": full(skipped), **score_symbol(after, entry, rules)}
    return answer, after


def answer(given, config):
    """The answer to a test vector: fields of the entry, and the state after it."""
    rules = Rules(config)
    found, after = scored(given, state_of(given.get("state")), rules)
    if after is None:
        return found
    return {**found, **{name: full(value) for name, value in after.items()}, "version": "1", "period_sec": full(rules.period_sec)}


def is_alike(ours, theirs):
    """Whether two fields are equal, numbers to 1e-12, relatively where they exceed 1."""
    a, b = number(ours), number(theirs)
    if a is None or b is None:
        return ours == theirs
    return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))


def are_alike(ours, theirs):
    return set(ours) == set(theirs) and all(is_alike(ours[name], theirs[name]) for name in ours)


def main(path, config):
    """Recomputes the entries of a file: those of a symbol whose state is known from an entry before, or in the entry."""
    rules, states = Rules({**DEFAULTS, **config}), {}
    checked = unknown = differ = 0
    for entry_id, flat in json.loads(Path(path).read_text(encoding="utf-8")):
        entry = dict(zip(flat[0::2], flat[1::2]))
        if entry.get("version") != "brain_v1":
            continue
        symbol, closed, state = entry["symbol"], entry["closed"], entry["state"]
        if closed or state:  # a state alone: the brain has just read it, and entries before may be lost
            states[symbol] = state_of(json.loads(state)) if state else None
        elif symbol not in states:
            unknown += 1  # the recording begins between two periods
            continue
        found, states[symbol] = scored({**entry, "closed": json.loads(closed) if closed else None}, states[symbol], rules)
        checked += 1
        wrong = [name for name in found if name in entry and not is_alike(found[name], entry[name])]
        differ += bool(wrong)
        for name in wrong:
            print("%s %s: %s is %s, but here %s" % (entry_id, ascii(symbol), name, ascii(entry[name]), found[name]))
    print("scores: %d entries recomputed, %d different, %d before the first known state" % (checked, differ, unknown))
    return 2 if checked == 0 else 1 if differ else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or not all("=" in setting for setting in sys.argv[2:]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], dict(setting.split("=", 1) for setting in sys.argv[2:])))
