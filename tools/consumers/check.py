#!/usr/bin/env python3
"""A second implementation of what docs/integration.md and docs/integration/ say, which answers every test vector in docs/vectors.

Python 3.8 or newer, standard library only. It shares nothing with the services but the pages and the vectors.

    python3 tools/consumers/check.py [FOLDER]    exit 0: all answers are alike; 1: some differ; 2: no vectors
"""
import hashlib
import json
import math
import operator
import re
import struct
import sys
import unicodedata
from decimal import Context, Decimal, ROUND_HALF_UP
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # -I leaves it out
sys.dont_write_bytecode = True
import effective_target  # noqa: E402
import scores  # noqa: E402

# --- Numbers ---------------------------------------------------------------------------------------------------------

BLANKS = " \t\r\n\v\f"
NUMBER = re.compile(r"[ \t\r\n\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\r\n\v\f]*")
EXACT = Context(prec=1200)  # a double has at most 1075 decimals


def number(text, longest=1024):
    """The double of a text, None if it is not a number."""
    if not isinstance(text, str) or len(text) > longest or not NUMBER.fullmatch(text):
        return None
    value = float(text.strip(BLANKS))
    return value + 0.0 if math.isfinite(value) else None  # -0.0 + 0.0 is 0.0


def plan_number(text):
    """The same for a plan, whose numbers may have any length."""
    return number(text, math.inf)


def full(value):
    """ECMAScript's String(x)."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, digits))
    exponent += len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    point = len(digits) + exponent  # position of the decimal point, from the first digit
    if 0 < point <= 21:
        whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
        text = whole + ("." + fraction if fraction else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + "e%+d" % (point - 1)
    return ("-" if sign else "") + text


def decimals(value, n):
    """ECMAScript's toFixed(n)."""
    if value is None:
        return ""
    if abs(value) >= 1e21:
        return full(value)
    return format(Decimal(value).quantize(Decimal(1).scaleb(-n), ROUND_HALF_UP, EXACT), "f")


def rounded(value):
    """ECMAScript's Math.round, of numbers >= 0."""
    return float(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def is_true(text):
    return (text or "").strip(BLANKS).lower() in ("true", "1")


# --- Reasons ---------------------------------------------------------------------------------------------------------


def share(text):
    """A number in 0..1, else None."""
    value = number(text)
    return value if value is not None and 0 <= value <= 1 else None


def assess(reading, now, config, max_age):
    """The reason of a reading, and the fields that are passed on: score, confidence, text of ts."""
    if reading is None:
        return "redis_error", None, None, ""
    if not any(name in reading for name in ("efficiency_score", "confidence", "ts")):
        return "missing_eff", None, None, ""
    score, confidence, ts = share(reading.get("efficiency_score")), share(reading.get("confidence")), number(reading.get("ts"))
    if ts is not None and ts - now > number(config["P31_MAX_FUTURE_SEC"]):
        ts = None
    if score is None or confidence is None or ts is None:
        reason = "invalid_eff"
    elif now - ts > max_age:
        reason = "stale_eff"
    elif confidence < number(config["P31_MIN_CONF"]):
        reason = "low_conf"
    else:
        reason = "ok"
    return reason, score, confidence, "" if ts is None else reading["ts"]


def stale(reason):
    return "1" if reason == "stale_eff" else "0"


# --- The answers, one function per file ------------------------------------------------------------------------------


def numbers(given, config):
    value = number(given["text"])
    if value is None:
        return {"full": None}
    answer = {"decimals_%d" % n: decimals(value, n) for n in (2, 3, 4)}
    return {"full": full(value), **answer, "rounded": None if value < 0 else full(rounded(value))}


def efficiency(given, config):
    max_age = number(config["P31_STALE_SEC"])
    reason, score, confidence, ts = assess(given["efficiency"], given["now"], config, max_age)
    return {"reason": reason, "eff_score": full(score), "eff_confidence": full(confidence), "eff_ts": ts, "eff_stale": stale(reason)}


def clamp(value, least, most):
    return min(max(value, least), most)


def smoothing_state(shadow, latest):
    """The multiplier and the time that smoothing continues from, None if there is no state."""
    multiplier, ts = number((shadow or {}).get("smoothed_multiplier")), number((shadow or {}).get("ts_epoch"))
    if multiplier is None or multiplier < 0 or ts is None or not ts.is_integer() or not 0 <= ts < 2 ** 53 or ts > latest:
        return None
    return multiplier, ts


def weight(elapsed, halflife):
    """1 - 2^(-elapsed / halflife), as the pages say it: the same bits in every language."""
    halflives = elapsed / halflife
    if halflives >= 64:
        return 1.0
    whole = math.floor(halflives)
    y, left = (whole - halflives) * 0.6931471805599453, 1.0
    for term in range(17, 0, -1):
        left = 1 + left * y / term
    return 1 - left / 2 ** whole


def canonical(values):
    """The canonical text of these parameters."""
    texts = {name: full(value) if isinstance(value, float) else json.dumps(value) for name, value in values.items()}
    return "{" + ",".join('"%s":%s' % item for item in sorted(texts.items())) + "}"


def policy(values):
    """The short hash of these parameters."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()[:12]


STEPS = {
    1: ("P31_MIN_CONF", "P31_MAX_FUTURE_SEC", "P31_STALE_SEC", "P31_BASE", "P31_SCALE", "P31_MIN_MULT", "P31_MAX_MULT",
        "P31_SMOOTHING_HALFLIFE_SEC"),
    2: ("P31_MIN_CONF", "P31_MAX_FUTURE_SEC", "P31_EFF_TTL_SEC", "P31_DOWNSIZE_THRESHOLD", "P31_MIN_FACTOR",
        "P31_MAX_EXTRA_COOLDOWN_SEC", "P31_HINT_CLOSES"),
}


def environment(config, step):
    """The parameters of a step from its variables, and the other values that decide."""
    own = {name: is_true(config[name]) if name == "P31_HINT_CLOSES" else number(config[name]) for name in STEPS[step]}
    return own, {"P31_BUDGET": config["P31_BUDGET"]} if step == 1 else {}


def policy_of(config, step):
    own, common = environment(config, step)
    return policy({**own, **common})


def proposals(given, config):
    """Step 1: the shadow proposal."""
    now, target = given["now"], given["target"]
    if target is None:
        return {"skip": "redis_error"}
    base = number(target.get("target_usd"))
    if base is None or base < 0:
        return {"skip": "invalid_target"}
    stated = number(target.get("base_target_usd"))
    if stated is not None and stated >= 0:
        base = stated
    reason, score, confidence, ts = assess(given["efficiency"], now, config, number(config["P31_STALE_SEC"]))
    least, most = number(config["P31_MIN_MULT"]), number(config["P31_MAX_MULT"])
    raw, multiplier, state = 1.0, 1.0, None
    if reason == "ok":
        raw = clamp(number(config["P31_BASE"]) + number(config["P31_SCALE"]) * (score - 0.5), least, most)
        multiplier = raw
        halflife = number(config["P31_SMOOTHING_HALFLIFE_SEC"])
        if halflife > 0:
            state = smoothing_state(given.get("shadow"), now + number(config["P31_MAX_FUTURE_SEC"]))
            value, elapsed = (1.0, 0.0) if state is None else (state[0], max(0.0, now - state[1]))
            start = clamp(value, least, most)
            multiplier = clamp(start + (raw - start) * weight(elapsed, halflife), least, most)
    proposed = base * multiplier
    if not math.isfinite(proposed):
        return {"skip": "invalid_target"}
    both = {
        "ts_epoch": full(now), "symbol": given["symbol"], "multiplier": decimals(multiplier, 4),
        "eff_stale": stale(reason), "reason": reason, "mode": "shadow",
        "raw_multiplier": decimals(raw, 4), "policy": policy_of(config, 1), "budget_scale": "1",
    }
    timestamp = target.get("timestamp")
    stream = {
        "base_target": full(base), "proposed_target": full(proposed), "eff_score": full(score), "eff_confidence": full(confidence),
        "eff_ts": ts, "base_ts": "" if number(timestamp) is None else timestamp,
        "smoothing_from": full(state and state[0]), "smoothing_from_ts": full(state and state[1]),
    }
    hash_ = {
        "base_target": decimals(base, 2), "proposed_target": decimals(proposed, 2), "eff_score": decimals(score, 4),
        "eff_confidence": decimals(confidence, 3), "last_update_ts_epoch": full(now),
        "smoothed_multiplier": full(multiplier),
    }
    return {"stream": {**both, **stream}, "hash": {**both, **hash_}}


def double_at(place):
    """The doubles >= 0 in order, which is the order of their bits."""
    return struct.unpack(">d", struct.pack(">q", place))[0]


def next_after(value):
    return double_at(struct.unpack(">q", struct.pack(">d", value))[0] + 1)


def greatest(holds):
    """The greatest finite double >= 0 for which a monotone predicate holds that holds for 0."""
    low, high = 0, 0x7FF0000000000000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(double_at(middle)) else (low, middle)
    return double_at(low)


def budgets(given, config):
    """The budget of a cycle."""
    mode, biggest = config["P31_BUDGET"], sys.float_info.max
    names = ("base_target", "smoothed_multiplier", "min", "max")

    def is_proof(each):
        return each.get("symbol", "").startswith("PROOF_")

    counted = [each for each in given["proposals"] if each["reason"] == "ok" and not is_proof(each)]
    scaled = [tuple(number(each[name]) for name in names) for each in counted]

    def excess(scale):
        products = (base * clamp(scale * multiplier, least, most) for base, multiplier, least, most in scaled)
        return sum(map(Fraction, products)) - sum(Fraction(base) for base, _, _, _ in scaled)

    def budget():
        if mode == "off":
            return True, 1.0
        if not math.isfinite(sum(base * max(1.0, most) for base, _, _, most in scaled)):
            return False, 1.0
        now = excess(1.0)
        if now == 0 or (mode == "cap" and now < 0):
            return True, 1.0
        if excess(0.0) > 0:
            return False, greatest(lambda s: all(s * multiplier <= least for _, multiplier, least, _ in scaled))
        if excess(biggest) <= 0:
            movable = [(multiplier, most) for _, multiplier, _, most in scaled if multiplier > 0]
            below = greatest(lambda s: any(s * multiplier < most for multiplier, most in movable))
            scale = min(next_after(below), biggest) if movable else 1.0
            return excess(biggest) == 0, scale
        return True, greatest(lambda s: excess(s) <= 0)

    met, scale = budget()
    targets = []
    for each in given["proposals"]:
        base, multiplier, least, most = (number(each[name]) for name in names)
        if each["reason"] != "ok":
            multiplier = 1.0
        elif not is_proof(each):
            multiplier = clamp(scale * multiplier, least, most)
        targets.append(full(base * multiplier))
    return {"met": met, "budget_scale": full(scale), "proposed_targets": targets}


def is_blank(text):
    return text is None or text.strip(BLANKS) == ""


def digits(text):
    """A quantity with its own digits, as a JSON number."""
    text = text.strip(BLANKS)
    if plan_number(text) == 0 and text.startswith("-"):
        return "0"
    mantissa, exponent = re.fullmatch(r"[+-]?([0-9.]+)([eE][+-]?[0-9]+)?", text).groups()
    whole, _, fraction = mantissa.partition(".")
    return (whole.lstrip("0") or "0") + ("." + fraction if fraction else "") + (exponent or "")


def fresh(ts, now, limit, config):
    """Whether a time is known, not too old and not too far ahead."""
    return ts is not None and now - ts <= limit and ts - now <= number(config["P31_MAX_FUTURE_SEC"])


def is_symbol(text):
    ends = text[:1] + text[-1:]
    return is_name(text) and "\ufffd" not in text and not any(c.isspace() or c == "\ufeff" for c in ends)


SIDES = {"BUY": "buy", "LONG": "buy", "SELL": "sell", "SHORT": "sell"}


def plans(given, config):
    """The classification of an entry of the plan stream."""
    plan, now, hash_ = given["plan"], given["now"], given["position"]
    decision = plan.get("decision", "")
    if decision not in ("", "EXECUTE"):
        known = decision in ("SKIP", "BLOCKED", "ERROR", "HALT", "RECONCILE_CLOSE")
        return {"skipped": decision if known else "other"}
    plan_id, symbol, action = plan.get("plan_id", ""), plan.get("symbol", ""), plan.get("action", "")
    if not re.fullmatch(r"[!-z|~]{1,128}", plan_id) or plan_id.startswith(("p33:", "p26:")):
        return {"dead_letter": "invalid_plan_id"}
    if not is_symbol(symbol):
        return {"dead_letter": "invalid_symbol"}

    flagged = any(is_true(plan.get(name)) for name in ("reduceOnly", "reduce_only", "closePosition"))
    says_close = flagged or action in CLOSING or action == "UPDATE_SL"
    unreadable = []

    def amount(name):
        """The text of a number >= 0, None if there is none."""
        text = plan.get(name)
        if is_blank(text):
            return None
        value = plan_number(text)
        if value is None or value < 0:
            unreadable.append(name)
            return None
        return text

    qty = (amount("close_qty") if says_close else None) or amount("qty")
    price = plan_number(amount("price")) or plan_number(amount("entry_price")) or None
    stated = plan_number(amount("notional_usd"))
    if stated == 0:
        unreadable.append("notional_usd")
    for name in ("qty", "price"):
        if not says_close and name in unreadable:
            return {"dead_letter": "invalid_" + name}
    if decision == "":
        return {"skipped": "other"}

    held, mark = None, None
    if hash_ is not None and fresh(number(hash_.get("ts_epoch")), now, 300, config):
        held, mark = number(hash_.get("position_amt")), number(hash_.get("mark_price"))
        mark = mark if mark is not None and mark > 0 else None
    size = plan_number(qty)
    larger = action in CLOSING and not flagged and held is not None and (size or 0) > abs(held) * (1 + 1e-9)
    closing = says_close and not larger

    if "notional_usd" in unreadable:
        notional = None
    elif stated is not None:
        notional = stated
    elif size is None or (size > 0 and price is None and mark is None):
        notional = None
    else:
        notional = 0.0 if size == 0 else min(size * (price or mark), sys.float_info.max)

    submitted, timestamp = int(given["id"].split("-")[0]) / 1000, plan_number(plan.get("timestamp"))
    since = submitted
    if submitted - now > 60:
        usable = timestamp is not None and timestamp - now <= number(config["P31_MAX_FUTURE_SEC"])
        since = timestamp if usable else None
    refused = []
    if (since is None and not closing) or (since is not None and now - since > number(config["GOV_PLAN_MAX_AGE_SEC"])):
        refused.append("plan_age")
    if not closing:
        text = plan.get("kill_score")
        score = plan_number(text)
        missing = is_blank(text)
        if config["GOV_KILL_SCORE_MISSING"] == "refuse" if missing else score is None or score >= number(config["GOV_KILL_SCORE_CRITICAL"]):
            refused.append("kill_score")
        if price is not None and mark is not None and abs(price - mark) > number(config["GOV_PRICE_BAND"]) * mark:
            refused.append("price_band")
    return {
        "closing": closing, "stop_update": action == "UPDATE_SL", "side": SIDES.get(plan.get("side", "").strip(BLANKS).upper(), ""),
        "computed_qty": "0" if qty is None else digits(qty), "notional": full(notional), "unreadable_fields": unreadable,
        "refused_by": refused,
    }


def violations(given, config):
    """The meaning of an entry of P2.8's violation stream."""
    try:
        value = json.loads(given["json"], parse_int=float)  # takes NaN and Infinity, as the pages ask for
    except (ValueError, RecursionError):
        return {"result": "invalid"}
    if not isinstance(value, (dict, list)):
        return {"result": "invalid"}
    entry = value if isinstance(value, dict) else {}
    over, symbol, time = entry.get("over_budget"), entry.get("symbol"), entry.get("timestamp")
    if over is None or over is False or (isinstance(over, float) and over == 0):
        return {"result": "none"}
    time = number(time) if isinstance(time, str) else time
    if not isinstance(symbol, str) or not isinstance(time, float) or not math.isfinite(time):
        return {"result": "invalid"}
    return {"result": "violation", "symbol": symbol, "timestamp": full(time + 0.0)}


CLOSING = ("FULL_CLOSE_PROPOSED", "PARTIAL_75", "PARTIAL_50", "PARTIAL_25")


def hints(given, config):
    """Step 2: the efficiency fields of a permit."""
    plan = given["plan"]
    reason, score, confidence, _ = assess(given["efficiency"], given["now"], config, number(config["P31_EFF_TTL_SEC"]))
    closing = plan.get("action") in CLOSING or is_true(plan.get("reduceOnly"))
    threshold = number(config["P31_DOWNSIZE_THRESHOLD"])
    action, factor, cooldown = "NONE", 1.0, 0.0
    if reason == "ok" and score < threshold and (not closing or is_true(config["P31_HINT_CLOSES"])):
        action = "DOWNSIZE"
        factor = max(number(config["P31_MIN_FACTOR"]), score / threshold)
        cooldown = rounded((1 - score) * number(config["P31_MAX_EXTRA_COOLDOWN_SEC"]))
    return {
        "eff_score": decimals(score, 4), "eff_confidence": decimals(confidence, 3), "eff_stale": stale(reason),
        "eff_factor": decimals(factor, 4), "downsize_factor": decimals(factor, 4), "eff_action": action, "eff_reason": reason,
        "extra_cooldown_sec": full(cooldown), "policy": policy_of(config, 2),
    }


def json_object(text):
    """The object of a text by RFC 8259, None if it is not one."""

    def refuse(word):
        raise ValueError(word)

    try:
        # parse_int: integers of any length, which int() refuses beyond some thousand digits.
        value = json.loads(text, parse_constant=refuse, parse_int=float) if text is not None else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def permits(given, config):
    """Reading a permit, and applying its hint."""
    permit = json_object(given["permit"])
    shape, factor, extra, action, odd = "unreadable", 1.0, 0.0, "NONE", []
    if permit is not None:
        shape = "plain"
        if any(name in permit for name in ("eff_action", "downsize_factor", "extra_cooldown_sec")):
            shape, action, factor, extra, odd = hinted(permit)
    cap, cooldown = given["cap"], given["cooldown_sec"]
    if not given["closing"]:
        smaller = max(cap * factor, given["least_cap"])
        cap = smaller if 0 < smaller < cap else cap
        cooldown += extra
    return {
        "granted": permit is not None and permit.get("granted") is True, "shape": shape, "action": action, "factor": full(factor),
        "extra_cooldown_sec": full(extra), "odd": odd, "cap": full(float(cap)), "cooldown_sec": full(float(cooldown)),
    }


class Refused(Exception):
    """A refused policy file."""


def insist(holds):
    if not holds:
        raise Refused()


RANGES = {
    "P31_MIN_CONF": lambda x: 0 <= x <= 1, "P31_MAX_FUTURE_SEC": lambda x: 0 <= x <= 86400, "P31_STALE_SEC": lambda x: 0 <= x <= 604800,
    "P31_BASE": lambda x: True, "P31_SCALE": lambda x: True, "P31_MIN_MULT": lambda x: x >= 0, "P31_MAX_MULT": lambda x: x >= 0,
    "P31_SMOOTHING_HALFLIFE_SEC": lambda x: 0 <= x <= 86400, "P31_EFF_TTL_SEC": lambda x: 0 < x <= 604800,
    "P31_DOWNSIZE_THRESHOLD": lambda x: 0 < x <= 1, "P31_MIN_FACTOR": lambda x: 0.0001 <= x <= 1,
    "P31_MAX_EXTRA_COOLDOWN_SEC": lambda x: 0 <= x <= 86400,
}


def is_name(text):
    """Whether a value can be a symbol or a pattern."""
    return isinstance(text, str) and 1 <= len(text) <= 64 and not any(c in "{}" or unicodedata.category(c) == "Cc" for c in text)


def parameters(entry):
    """The parameters of an entry, each of its type and in its range."""
    insist(isinstance(entry, dict))
    for name, value in entry.items():
        if name == "P31_HINT_CLOSES":
            insist(isinstance(value, bool))
        else:
            insist(name in RANGES and isinstance(value, float) and math.isfinite(value) and RANGES[name](value))
    return {name: value if isinstance(value, bool) else value + 0.0 for name, value in entry.items()}


def policy_file(text):
    """Defaults, groups and symbols of a policy file."""

    def named_once(pairs):
        names = [name for name, _ in pairs]
        insist(len(set(names)) == len(names) and "__proto__" not in names)
        return dict(pairs)

    def refuse(word):
        raise Refused()

    try:
        file = json.loads(text, parse_constant=refuse, parse_int=float, object_pairs_hook=named_once)
    except (ValueError, RecursionError):
        raise Refused()
    insist(isinstance(file, dict) and set(file) <= {"$schema", "version", "defaults", "groups", "symbols"})
    insist(isinstance(file.get("version"), float) and file["version"] == 1 and isinstance(file.get("$schema", ""), str))
    groups, symbols = file.get("groups", []), file.get("symbols", {})
    insist(isinstance(groups, list) and isinstance(symbols, dict) and all(map(is_name, symbols)))
    insist(all(isinstance(each, dict) and set(each) == {"pattern", "parameters"} and is_name(each["pattern"]) for each in groups))
    patterns = [each["pattern"] for each in groups]
    insist(len(set(patterns)) == len(patterns))
    return (
        parameters(file.get("defaults", {})),
        [(each["pattern"], parameters(each["parameters"])) for each in groups],
        {symbol: parameters(entry) for symbol, entry in symbols.items()},
    )


def group_of(symbol, groups):
    """The parameters of a symbol's one matching group."""
    best, literals = {}, -1
    for pattern, entry in groups:
        expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
        length = sum(c not in "*?" for c in pattern)
        if length > literals and re.fullmatch(expression, symbol, re.DOTALL):
            best, literals = entry, length
    return best


def policies(given, config):
    """The parameter set of a symbol under a policy file."""
    step = given["step"]
    base, common = environment(config, step)

    def effective(*entries):
        values = dict(base)
        for entry in entries:
            values.update({name: value for name, value in entry.items() if name in base})
        insist(step != 1 or values["P31_MIN_MULT"] <= values["P31_MAX_MULT"])
        return values

    try:
        defaults, groups, symbols = ({}, [], {}) if given["file"] is None else policy_file(given["file"])
        for entry in [{}, *(entry for _, entry in groups)]:
            effective(defaults, entry)
        for symbol, entry in symbols.items():
            effective(defaults, group_of(symbol, groups), entry)
        symbol = given["symbol"]
        values = {**effective(defaults, group_of(symbol, groups), symbols.get(symbol, {})), **common}
    except Refused:
        return {"refused": True}
    return {"policy": policy(values), "parameters": canonical(values)}


def hinted(permit):
    action = permit.get("eff_action")
    factor, extra = number(permit.get("downsize_factor")), number(permit.get("extra_cooldown_sec"))
    is_odd = {
        "eff_action": action not in ("NONE", "DOWNSIZE"),
        "downsize_factor": factor is None or not 0.0001 <= factor <= 1,
        "extra_cooldown_sec": extra is None or not 0 <= extra <= 86400 or extra != int(extra),
    }
    odd = [name for name in is_odd if is_odd[name]]
    if action != "DOWNSIZE":
        return "hinted", "NONE", 1.0, 0.0, odd
    return "hinted", action, 1.0 if is_odd["downsize_factor"] else factor, 0.0 if is_odd["extra_cooldown_sec"] else extra, odd


def multipliers(given, config):
    """The effective multiplier of a symbol, and the target."""
    unreadable = effective_target.UNREADABLE
    fields, epoch = given["published"], given.get("epoch")
    found = effective_target.effective_multiplier(
        unreadable if fields is None else fields,
        unreadable if "epoch" in given and epoch is None else epoch,
        given["now"],
    )
    target = effective_target.effective_target(given["base"], found[0])
    return {"multiplier": full(found[0]), "why": found[1], "effective_target": full(target)}


# --- The check -------------------------------------------------------------------------------------------------------

ANSWERS = {
    "numbers": numbers, "efficiency": efficiency, "proposals": proposals, "budgets": budgets, "policies": policies, "hints": hints, "permits": permits,
    "plans": plans, "violations": violations, "scores": scores.answer,
    "multipliers": multipliers,
}
# Scores are computed with erfc, whose last digit differs by language.
ALIKE = {"scores": scores.are_alike}


def check(path, answer, alike):
    """Prints each case with a different answer; returns the number of cases, and of different ones."""
    vectors = json.loads(path.read_text(encoding="utf-8"))
    differ = 0
    for case in vectors["cases"]:
        ours = answer(case["given"], {**vectors["config"], **case.get("config", {})})
        if not alike(ours, case["expect"]):
            differ += 1
            print("%s: %s\n  expected %s\n  but here %s" % (path.name, ascii(case["name"]), ascii(case["expect"]), ascii(ours)))
    return len(vectors["cases"]), differ


def main(folder):
    paths = sorted(folder.glob("*.json"))
    unknown = [path.name for path in paths if path.stem not in ANSWERS]
    missing = [name for name in ANSWERS if not (folder / (name + ".json")).exists()]
    if unknown or missing:
        print("%s: unknown %s, missing %s" % (folder, unknown, missing))
        return 2
    results = [check(path, ANSWERS[path.stem], ALIKE.get(path.stem, operator.eq)) for path in paths]
    cases, differ = (sum(column) for column in zip(*results))
    print("vectors: %d cases in %d files, %d answered otherwise" % (cases, len(paths), differ))
    return 1 if differ else 0


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent.parent / "docs" / "vectors"))
