#!/usr/bin/env python3
"""A second implementation of the figures of `shadow-report report`, written from docs/evidence.md and the definitions below.

Python 3.8 or newer, standard library only. It shares no code with the report. It is slow and holds the recording in memory.

    python3 tools/consumers/evidence.py run.qrec [PART ...] [--prices closes.csv] [--different N]
    python3 tools/consumers/evidence.py --cases cases.json     # many recordings in one process, see `main`

Several files are the parts of one recording, in order. Prints JSON: verdict, threshold lines and figures by id.
`replay.different` needs every decision again, which check.py covers: pass what `replay` counted as --different.
"""
import argparse
import hashlib
import json
import math
import re
import sys
import zlib
from bisect import bisect_right
from pathlib import Path

NUMBER = re.compile(r"[ \t\r\n\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\r\n\v\f]*")


def number(text):
    """The double of a text, None if it is not a number."""
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value + 0.0 if math.isfinite(value) else None


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def json_value(text):
    """The value of a JSON text, None if it is not JSON."""

    def refuse(word):
        raise ValueError(word)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


# --- The file ----------------------------------------------------------------------------------------------------------

# A recording is a sequence of gzip members with their own length (BGZF). A write is one or more members; its text ends
# with a newline.
MAGIC = bytes([0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 6, 0, 0x42, 0x43, 2, 0])
HEADER_BYTES, TRAILER_BYTES = 18, 8


def block_at(data, at):
    """The text and the length of the block at an offset, otherwise "cut off" or "damaged"."""
    head = data[at:at + HEADER_BYTES]
    if head[:4] != MAGIC[:4][:len(head)]:
        return "damaged"
    if len(head) < HEADER_BYTES:
        return "cut off"
    length = int.from_bytes(head[16:18], "little") + 1
    if length < HEADER_BYTES + TRAILER_BYTES:
        return "damaged"
    if at + length > len(data):
        return "cut off"
    block = data[at:at + length]
    try:
        text = zlib.decompress(block[HEADER_BYTES:-TRAILER_BYTES], -15)
    except zlib.error:
        return "damaged"
    return (text, length) if zlib.crc32(text) == int.from_bytes(block[-8:-4], "little") else "damaged"


def pieces(data):
    """The texts of the whole blocks in order, and None for each gap without a readable block. A block cut off at the end is no damage."""
    at, lost = 0, None
    while at < len(data):
        block = block_at(data, at)
        if isinstance(block, tuple):
            if lost is not None:
                yield None
            lost = None
            yield block[0]
            at += block[1]
        else:
            lost = lost or block
            following = data.find(MAGIC, at + 1)
            at = following if following >= 0 else len(data)
    if lost == "damaged":
        yield None


KINDS = ("policy", "proposal", "plan", "decision", "block", "unanswered", "expired", "gap", "resumed", "damage")


def lines_of(data):
    """The header of a recording and its other lines; a damaged block is a line of its own. Unknown kinds are left out."""
    texts, write, after_damage = [], b"", False
    for piece in pieces(data):
        if piece is None:
            texts += write.split(b"\n")[:-1] + [b'{"kind":"damage"}']
            write, after_damage = b"", True
            continue
        write += piece
        if after_damage and b"\n" in write:
            # The first line may be the end of a line whose beginning is lost.
            first, _, others = write.partition(b"\n")
            write = others if json_value(first.decode("utf8", "replace")) is None else write
            after_damage = False
        if write.endswith(b"\n"):
            texts += write.split(b"\n")[:-1]
            write = b""
    header, *lines = [json.loads(text) for text in texts]
    return header, [line for line in lines if isinstance(line, dict) and line.get("kind") in KINDS]


def price_rows(text, delay):
    """Symbols and rows `(time, prices by symbol)` of a table of prices; None is a missing price. A price is known `delay` seconds after its time."""
    header, *rows = [[cell.strip() for cell in line.split(",")] for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    symbols = header[1:]
    return symbols, [(number(row[0]) + delay, dict(zip(symbols, map(number, row[1:])))) for row in rows]


# --- What the lines say ------------------------------------------------------------------------------------------------

FIRST_FIELDS = ("ts_epoch", "symbol", "base_target", "proposed_target", "multiplier", "eff_score", "eff_confidence", "eff_ts",
                "base_ts", "eff_stale", "reason", "mode")
REASONS = ("redis_error", "missing_eff", "invalid_eff", "stale_eff", "low_conf", "ok")


def proposal_of(line):
    """The proposal of an entry, None if its first fields differ or a number is missing."""
    names, values = line["fields"][0::2], line["fields"][1::2]
    if tuple(names[:12]) != FIRST_FIELDS:
        return None
    field = dict(zip(names, values))
    numbers = [number(field[name]) for name in ("ts_epoch", "base_target", "proposed_target", "multiplier")]
    if None in numbers:
        return None
    ts, base, proposed, multiplier = numbers
    side = line.get("side") if is_number(line.get("side")) and line["side"] in (1, -1, 0) else None
    return {
        "ts": ts, "symbol": field["symbol"], "base": base, "proposed": proposed, "multiplier": multiplier,
        "eff_ts": number(field["eff_ts"]), "base_ts": number(field["base_ts"]), "reason": field["reason"],
        "policy": field.get("policy") if "raw_multiplier" in field else None, "side": side,
    }


def long_record(record):
    """A record of version 2 with what follows from it, as far as it is read here; None if it is none."""
    inputs, shadow, permit = record.get("inputs"), record.get("shadow", []), record.get("permit")
    if not isinstance(inputs, dict) or not isinstance(shadow, list) or not is_number(inputs.get("server")):
        return None
    reason, block = record.get("reason", ""), record.get("block", {})
    lists = ("budget", "allocation", "position", "eff")
    others = {name: value for name, value in inputs.items() if name not in lists + ("fields", "more")}
    wrong = any(not isinstance(inputs.get(name, []), list) and (inputs[name] != "unreadable" or name == "eff") for name in lists)
    for name in ("fields", "more"):
        wrong = wrong or not isinstance(inputs.get(name, {}), dict)
    nested = [inputs.get(name, []) for name in lists if isinstance(inputs.get(name, []), list)] + [record.get("windows", [])]
    if wrong or not isinstance(block, dict) or not all(isinstance(values, list) for values in nested):
        return None
    values = [value for one in nested for value in one] + [value for name in ("fields", "more") for value in inputs.get(name, {}).values()]
    long = {name: value for name, value in record.items() if name not in ("shadow", "windows", "permit", "block")}
    long.update(reason=reason, gates=shadow, inputs={**others, **dict(enumerate(values))})
    if "block" in record:
        long["block"] = {"reason": reason, **block}
    if permit is not None:
        eff = inputs.get("eff")
        if not isinstance(permit, dict) or eff is not None and not all(v is None or is_number(v) for v in eff[:2]):
            return None
        hint = {}
        if eff is not None:
            factor, cooldown = (eff + ["1.0000", "0"])[4:6] if len(eff) <= 4 else (eff + ["0"])[4:6]
            hint = {"eff_action": "DOWNSIZE" if len(eff) > 4 else "NONE", "eff_factor": factor, "extra_cooldown_sec": cooldown}
        long["permit"] = {"computed_notional": inputs.get("usd", 0), **hint, **permit}
    return long


def record_of(text):
    """A decision record; None if it is not JSON, or not a record of version 1 or 2."""
    record = json_value(text)
    if isinstance(record, dict) and is_number(record.get("v")) and record["v"] == 2:
        record = long_record(record)
    if not isinstance(record, dict):
        return None

    def has(of, name, holds):
        return name in of and holds(of[name])

    def is_text(value):
        return isinstance(value, str)

    def matches(pattern):
        return lambda value: is_text(value) and re.fullmatch(pattern, value) is not None

    fine = (
        has(record, "v", lambda v: is_number(v) and v in (1, 2))
        and all(has(record, name, is_text) for name in ("plan_id", "symbol", "entry_id", "reason"))
        and has(record, "decided_at", is_number)
        and has(record, "outcome", lambda value: value in ("permit", "refused", "dead_letter", "foreign"))
        and has(record, "gates", lambda value: isinstance(value, list))
        and has(record, "inputs", lambda value: isinstance(value, dict))
        and not any(isinstance(value, (dict, list)) for value in record["inputs"].values())
        and ("limits" not in record or matches("[0-9a-f]{12}")(record["limits"]))
        and ("error" not in record or is_text(record["error"]))
    )
    if fine and "block" in record:
        fine = isinstance(record["block"], dict) and has(record["block"], "reason", is_text)
    if fine and "permit" in record:
        permit = record["permit"]
        fine = (
            isinstance(permit, dict)
            and has(permit, "computed_notional", lambda value: is_number(value) and value >= 0)
            and has(permit, "eff_action", lambda value: value in ("NONE", "DOWNSIZE"))
            and has(permit, "eff_factor", matches(r"[0-9]+\.[0-9]{4}"))
            and has(permit, "extra_cooldown_sec", matches("[0-9]+"))
            and has(permit, "mode", lambda value: value in ("dry_run", "testnet", "production"))
            and ("policy" not in permit or matches("([0-9a-f]{12})?")(permit["policy"]))
        )
    return record if fine else None


CLOSING = ("FULL_CLOSE_PROPOSED", "PARTIAL_75", "PARTIAL_50", "PARTIAL_25", "UPDATE_SL")


def asks_for_permit(fields):
    """The plan id of an entry of the plan stream that is to be decided, else None: docs/integration/apply-layer.md."""
    plan = dict(zip(fields[0::2], fields[1::2]))
    plan_id, symbol = plan.get("plan_id", ""), plan.get("symbol", "")
    if plan.get("decision") != "EXECUTE" or not re.fullmatch(r"(?!p33:|p26:)[!-z|~]{1,128}", plan_id):
        return None
    if not re.fullmatch(r"[^{}\x00-\x1f\x7f-\x9f\ufffd]{1,64}", symbol) or symbol != symbol.strip():
        return None
    flags = (plan.get(name, "").strip().lower() for name in ("reduceOnly", "reduce_only", "closePosition"))
    if plan.get("action") in CLOSING or any(flag in ("true", "1") for flag in flags):
        return plan_id
    # A plan that opens needs amounts that can be read, where it has any.
    amounts = [number(plan[name]) for name in ("qty", "price") if plan.get(name, "").strip()]
    return plan_id if all(amount is not None and amount >= 0 for amount in amounts) else None


STEPS = {
    "proposal": (("P31_BASE", "P31_BUDGET", "P31_MAX_FUTURE_SEC", "P31_MAX_MULT", "P31_MIN_CONF", "P31_MIN_MULT", "P31_SCALE",
                  "P31_SMOOTHING_HALFLIFE_SEC", "P31_STALE_SEC"), "proposer"),
    "hint": (("P31_DOWNSIZE_THRESHOLD", "P31_EFF_TTL_SEC", "P31_HINT_CLOSES", "P31_MAX_EXTRA_COOLDOWN_SEC", "P31_MAX_FUTURE_SEC",
              "P31_MIN_CONF", "P31_MIN_FACTOR"), "governor"),
}


def explained_by_header(header, step):
    """The hash of the header's own parameters: outputs that carry it need no line with its text."""
    names, service = STEPS[step]
    if not set(names) <= set(header["policy"][service]):
        return None  # a version whose outputs carry no hash

    def value(text):
        known = number(text)
        if known is None:
            return {"true": True, "false": False}.get(text, text)
        return int(known) if known == int(known) else known

    values = {name: value(header["policy"][service][name]) for name in sorted(names)}
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()[:12]


# --- Statistics --------------------------------------------------------------------------------------------------------


def lower_median(values):
    return sorted(values)[(len(values) - 1) // 2] if values else None


def nearest_rank(values, share):
    """The smallest value that at least this fraction of all values does not exceed."""
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1] if values else None


def rounded(value):
    """The nearest integer, halves upwards."""
    low = math.floor(value)
    return low + (value - low >= 0.5)


def in_bins(value, width, values):
    """A quantile as the report has it: the middle of its bin, not beyond the extremes. From 100,000 bins on their width doubles with the value."""
    scaled = value / width
    far = abs(scaled) / 100_000
    bins = 2 ** math.ceil(math.log2(far)) if far > 1 else 1
    return max(min(values), min(max(values), rounded(scaled / bins) * bins * width))


def quantile(values, share, width):
    return in_bins(nearest_rank(values, share), width, values) if values else None


def ratio(part, whole):
    return part / whole if whole > 0 else None


def steps(values):
    """Adjacent pairs of a sequence."""
    return list(zip(values, values[1:]))


def random_numbers(seed):
    """Mulberry32: numbers in [0, 1)."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        mixed ^= (mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61))) & 0xFFFFFFFF
        yield ((mixed ^ (mixed >> 14)) & 0xFFFFFFFF) / 4_294_967_296


RESAMPLES = 2000


def resample_starts(n, length, seed):
    """The starts of the blocks of every resample."""
    random = random_numbers(seed)
    count = math.ceil(n / length)
    return [[math.floor(next(random) * n) for _ in range(count)] for _ in range(RESAMPLES)]


def interval_of(series, length, starts):
    """The middle 95 % of the means of the resamples: blocks that begin anywhere on the ring, the last one cut to the length of the series."""
    n = len(series)
    ring = series + series
    last = n - (math.ceil(n / length) - 1) * length
    whole = [math.fsum(ring[i:i + length]) for i in range(n)]
    cut = [math.fsum(ring[i:i + last]) for i in range(n)]
    means = sorted((sum(whole[start] for start in row[:-1]) + cut[row[-1]]) / n for row in starts)
    return means[math.floor(0.025 * RESAMPLES)], means[math.floor(0.975 * RESAMPLES)]


# --- The figures -------------------------------------------------------------------------------------------------------


class Figures(dict):
    """Figures by id."""

    def add(self, name, value, n, window, **more):
        self[name] = {"value": value, "n": n, "window": window, **more}


def of_replay(figures, lines, header, proposals, different, window):
    """Replayed outputs, and those with unknown parameters; the outcome of plans. A plan's decision counts once, by its id and time."""
    known = {step: {None, explained_by_header(header, step)} for step in STEPS}
    known["limits"] = {None}
    limits_known = {*header["policy"]["governor"], "refuseUnknownNotional"}
    checked = unknown = records = unreadable = gaps = 0
    asked, awaited_blocks, no_decision, no_block, readable = set(), set(), set(), set(), []
    decided = {}  # time of a plan's last decision, None for an unreadable one
    for line, proposal in zip(lines, proposals):
        kind, plan_id = line["kind"], line.get("plan_id")
        if kind == "policy" and (line["step"] != "limits" or set(line["parameters"]) <= limits_known):
            known[line["step"]].add(line["hash"])
        elif kind == "proposal" and proposal:
            if proposal["policy"] in known["proposal"]:
                checked += 1
            else:
                unknown += 1
        elif kind == "plan":
            asked.add(asks_for_permit(line["fields"]))
        elif kind == "decision":
            record = record_of(line["json"])
            decided_at = record and record["decided_at"]
            if plan_id in decided and decided[plan_id] == decided_at:
                continue
            decided[plan_id] = decided_at
            no_decision.discard(plan_id)
            no_block.discard(plan_id)
            awaited_blocks.discard(plan_id)  # the last decision says which block is to come
            records += 1
            if record is None:
                unreadable += 1
                continue
            readable.append(record)
            if "block" in record:
                awaited_blocks.add(plan_id)
            if record["outcome"] in ("permit", "refused"):
                hint, limits = record.get("permit", {}).get("policy") or None, record.get("limits")
                if hint in known["hint"] and limits in known["limits"]:
                    checked += 1
                else:
                    unknown += 1
        elif kind == "block" and plan_id in awaited_blocks:
            awaited_blocks.discard(plan_id)
            no_block.discard(plan_id)
            checked += 1
        elif kind == "unanswered":
            if line["what"] == "decision" and plan_id not in decided:
                no_decision.add(plan_id)
            if line["what"] == "block" and plan_id in awaited_blocks:
                no_block.add(plan_id)
        elif kind == "expired":
            awaited_blocks.discard(plan_id)
        elif kind in ("gap", "damage"):
            gaps += 1
    asked.discard(None)
    figures.add("replay.different", different if checked else None, checked, window)
    figures.add("replay.unknown_policy", unknown if checked + unknown else None, checked + unknown, window)
    figures.add("recording.gaps", gaps, sum(map(bool, proposals)), window)
    figures.add("recording.unreadable_records", unreadable if records else None, records, window)
    entries = [line for line in lines if line["kind"] == "proposal"]
    wrong = len(entries) - sum(map(bool, proposals))
    figures.add("recording.unreadable_entries", wrong if entries else None, len(entries), window)
    figures.add("recording.unanswered", len(no_decision | no_block) if asked else None, len(asked), window)
    return readable


def of_plans(figures, records):
    """Decisions, permits and their hints."""
    times = [record["decided_at"] for record in records] or [0]
    window = [min(times), max(times)]
    permits = [record["permit"] for record in records if "permit" in record]
    n = len(records)
    figures.add("plans.permitted_share", ratio(len(permits), n), n, window)
    refusals = [record["reason"] for record in records if record["outcome"] == "refused"]
    for gate in set(refusals):
        figures.add("plans.refused_%s_share" % gate, ratio(refusals.count(gate), n), n, window)
    notional = sum(permit["computed_notional"] for permit in permits)
    taken_off = sum(permit["computed_notional"] * (1 - float(permit["eff_factor"])) for permit in permits)
    hinted = sum(permit["eff_action"] == "DOWNSIZE" for permit in permits)
    n = len(permits)
    figures.add("hints.hinted_share", ratio(hinted, n), n, window)
    figures.add("hints.taken_off_usd", taken_off if permits else None, n, window)
    figures.add("hints.taken_off_share", ratio(taken_off, notional), n, window)
    figures.add("hints.cooldown_sec", sum(float(permit["extra_cooldown_sec"]) for permit in permits) if permits else None, n, window)


def interval_between(proposals):
    """The lower median distance of two proposals of a symbol, by the beginning of the recording: 10,000 distances, or 10 a symbol."""
    last, distances = {}, []
    for proposal in proposals:
        symbol, ts = proposal["symbol"], proposal["ts"]
        if ts > last.get(symbol, ts):
            distances.append(ts - last[symbol])
        last[symbol] = max(ts, last.get(symbol, ts))
        if len(distances) >= max(10_000, 10 * len(last)):
            break
    return lower_median(distances)


def by_symbol(proposals):
    symbols = {}
    for proposal in proposals:
        symbols.setdefault(proposal["symbol"], []).append(proposal)
    return symbols


def of_time(figures, proposals, looks, silence):
    """Coverage: intervals between cycles that are not silences. If the recorder polled on after the last cycle, the end is a silence."""
    cycles = sorted({proposal["ts"] for proposal in proposals})
    distances = [later - earlier for earlier, later in steps(cycles)]
    covered = sum(distance for distance in distances if distance <= silence)
    window = [cycles[0], cycles[-1]] if cycles else [0, 0]
    until = max(looks, default=-math.inf)
    if cycles and until - cycles[-1] > silence:
        window[1] = until
        distances.append(until - cycles[-1])
    longest = max(distances, default=0)
    n = len(cycles)
    figures.add("recording.covered_hours", covered / 3600 if cycles else None, n, window)
    figures.add("recording.coverage", ratio(covered, window[1] - window[0]), n, window)
    figures.add("recording.longest_silence_sec", longest or None, n, window)
    return covered / 3600, window


def of_reasons(figures, proposals, silence, window):
    """Shares of reasons, and how long symbols kept one."""
    stretches, longest_without_ok = {}, 0

    def stretch(state, seconds):
        stretches.setdefault(state, []).append(seconds)

    for own in by_symbol(proposals).values():
        since, without_ok = own[0]["ts"], None
        for earlier, later in steps(own + [None]):
            # A stretch ends with another reason, with the last proposal before a silence, or with the symbol's last proposal.
            if later is None:
                stretch(earlier["reason"], earlier["ts"] - since)
            elif later["ts"] - earlier["ts"] > silence:
                stretch(earlier["reason"], earlier["ts"] - since)
                stretch("no_data", later["ts"] - earlier["ts"])
                since = later["ts"]
            elif later["reason"] != earlier["reason"]:
                stretch(earlier["reason"], later["ts"] - since)
                since = later["ts"]
        for proposal in own:
            # The longest time from a first reason but ok to the next ok, or to the symbol's last proposal; silences are part of it.
            if without_ok is None and proposal["reason"] != "ok":
                without_ok = proposal["ts"]
            if without_ok is not None:
                longest_without_ok = max(longest_without_ok, proposal["ts"] - without_ok)
            if proposal["reason"] == "ok":
                without_ok = None
    n = len(proposals)

    def note(state):
        own = stretches.get(state, [])
        return [len(own), sum(own), max(own, default=0)]

    for reason in REASONS:
        count = sum(proposal["reason"] == reason for proposal in proposals)
        figures.add("reasons.%s_share" % reason, ratio(count, n), n, window, stretches=note(reason))
    not_ok = sum(proposal["reason"] != "ok" for proposal in proposals)
    figures.add("reasons.not_ok_share", ratio(not_ok, n), n, window)
    symbol_sec = sum(map(sum, stretches.values()))
    no_data = ratio(sum(stretches.get("no_data", [])), symbol_sec)
    figures.add("reasons.no_data_share", no_data, len(by_symbol(proposals)), window, stretches=note("no_data"))
    figures.add("reasons.longest_stretch_sec", longest_without_ok if proposals else None, n, window)


def of_values(figures, proposals, window):
    """Ages of what was read, and multipliers."""
    for name in ("eff", "base"):
        ages = [proposal["ts"] - proposal[name + "_ts"] for proposal in proposals if proposal[name + "_ts"] is not None]
        ages = [age for age in ages if age >= -60]  # a time further ahead says no age
        parts = {"p50": quantile(ages, 0.5, 0.1), "p95": quantile(ages, 0.95, 0.1), "max": max(ages, default=None)}
        for part, value in parts.items():
            figures.add("freshness.%s_age_%s_sec" % (name, part), value, len(ages), window)
    values = [proposal["multiplier"] for proposal in proposals]
    n = len(values)
    figures.add("multiplier.min", min(values, default=None), n, window)
    figures.add("multiplier.mean", ratio(math.fsum(values), n), n, window)
    figures.add("multiplier.max", max(values, default=None), n, window)
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        figures.add("multiplier." + name, quantile(values, share, 0.01), n, window)


def turns(targets):
    """Changes against the direction of the change before; standing still in between does not count."""
    directions = [later > earlier for earlier, later in steps(targets) if later != earlier]
    return sum(later != earlier for earlier, later in steps(directions))


def of_movement(figures, proposals, hours, silence, window):
    """How targets move from one proposal of a symbol to its next."""
    turnover, turned, book_usd_sec, symbol_sec, worst, largest_usd, largest_share = {"base": 0, "proposed": 0}, {"base": 0, "proposed": 0}, 0, 0, 0, 0, 0
    for own in by_symbol(proposals).values():
        covered = [(earlier["base"], later["ts"] - earlier["ts"]) for earlier, later in steps(own) if later["ts"] - earlier["ts"] <= silence]
        own_sec = sum(seconds for _, seconds in covered)
        book_usd_sec += sum(base * seconds for base, seconds in covered)
        symbol_sec += own_sec
        for book in turnover:
            turnover[book] += sum(abs(later[book] - earlier[book]) for earlier, later in steps(own))
            turned[book] += turns([proposal[book] for proposal in own])
        worst = max(worst, ratio(turns([proposal["proposed"] for proposal in own]), own_sec / 3600) or 0)
        for earlier, later in steps(own):
            change = abs(later["proposed"] - earlier["proposed"])
            largest_usd = max(largest_usd, change)
            largest_share = max(largest_share, ratio(change, later["base"]) or 0)
    n = len(proposals)
    figures.add("turnover.base_usd_per_hour", ratio(turnover["base"], hours), n, window)
    figures.add("turnover.proposed_usd_per_hour", ratio(turnover["proposed"], hours), n, window)
    figures.add("turnover.ratio", ratio(turnover["proposed"], turnover["base"]), n, window)
    figures.add("turnover.added_books_per_hour", ratio(turnover["proposed"] - turnover["base"], book_usd_sec / 3600), n, window)
    figures.add("oscillation.base_per_symbol_hour", ratio(turned["base"], symbol_sec / 3600), n, window)
    figures.add("oscillation.proposed_per_symbol_hour", ratio(turned["proposed"], symbol_sec / 3600), n, window)
    figures.add("oscillation.worst_per_hour", worst if symbol_sec else None, n, window)
    figures.add("steps.largest_usd", largest_usd if n else None, n, window)
    figures.add("steps.largest_share", largest_share if n else None, n, window)
    sums = {}
    for proposal in proposals:
        base, proposed = sums.get(proposal["ts"], (0, 0))
        sums[proposal["ts"]] = base + proposal["base"], proposed + proposal["proposed"]
    ratios = [proposed / base for base, proposed in sums.values() if base > 0]
    figures.add("sums.ratio_min", min(ratios, default=None), len(ratios), window)
    figures.add("sums.ratio_mean", ratio(math.fsum(ratios), len(ratios)), len(ratios), window)
    figures.add("sums.ratio_max", max(ratios, default=None), len(ratios), window)


BOOKS = ("base", "proposed", "proposed_equal_size")
MAX_AGE = 600
MISSING_ROWS_FACTOR = 3


def earned_by_row(proposals, rows, cost_bps):
    """The holdings, earnings and costs of each book from one row of prices to the next, and the numbers of needed and missing prices.

    A proposal is in force from the second after its own, for MAX_AGE seconds. At each print of a symbol its position becomes its
    target, in the third book scaled so that all positions together are of the size of the bases. Without a print it stays.
    """
    last_row = proposals[-1]["ts"] + 1 + MAX_AGE if proposals else -math.inf
    median = lower_median([later[0] - earlier[0] for earlier, later in steps(rows)])
    rows = [row for row in rows if proposals and row[0] >= proposals[0]["ts"] + 1]
    symbols = by_symbol(proposals)
    starts = {symbol: [proposal["ts"] + 1 for proposal in own] for symbol, own in symbols.items()}

    def target(symbol, ts):
        """Base and proposed in force, below 0 for a short position; None where there is none."""
        count = bisect_right(starts[symbol], ts)
        if count == 0 or ts - starts[symbol][count - 1] > MAX_AGE:
            return None
        proposal = symbols[symbol][count - 1]
        sign = 1 if proposal["side"] is None else proposal["side"]
        return {"base": sign * proposal["base"], "proposed": sign * proposal["proposed"]}

    positions, opened, earned, needed, missing = {}, set(), [], 0, 0
    opening = {symbol for symbol in symbols if rows and target(symbol, rows[0][0])}
    for row, following in steps(rows):
        ts, prices = row
        if ts > last_row:
            break
        # Trade.
        before = dict(positions)
        printed = [symbol for symbol in symbols if prices.get(symbol) is not None]
        for symbol in printed:
            positions[symbol] = target(symbol, ts) and {**target(symbol, ts), "price": prices[symbol]}
        held = {symbol: position for symbol, position in positions.items() if position}
        size = {book: sum(abs(position[book]) for position in held.values()) for book in ("base", "proposed")}
        for symbol in set(printed) & set(held):
            held[symbol]["proposed_equal_size"] = held[symbol]["proposed"] * (ratio(size["base"], size["proposed"]) or 0)
        cost = dict.fromkeys(BOOKS, 0)
        for symbol in printed:
            if symbol in held and symbol in opening - opened:
                opened.add(symbol)
                continue
            for book in BOOKS:
                change = (positions[symbol] or {}).get(book, 0) - (before.get(symbol) or {}).get(book, 0)
                cost[book] += abs(change) * cost_bps / 10_000
        # Prices that are not there; rows that are much further apart than usual have rows missing between them.
        allocated = {symbol for symbol in symbols if symbol in held or target(symbol, ts)}
        distance = rounded((following[0] - ts) / median)
        rows_missing = distance - 1 if distance > MISSING_ROWS_FACTOR else 0
        needed += len(allocated) * (1 + rows_missing)
        missing += len(allocated) * rows_missing + sum(prices.get(symbol) is None for symbol in allocated)
        # Earn: from the print that a position was traded at to the next.
        if any(position[book] for position in held.values() for book in BOOKS):
            later = following[1]
            changes = {symbol: later[symbol] / held[symbol]["price"] - 1 for symbol in held if later.get(symbol) is not None}
            earned.append({"ts": following[0], "seconds": following[0] - ts, "cost": cost})
            for name, of_book in (
                ("pnl", lambda book: math.fsum(held[symbol][book] * change for symbol, change in changes.items())),
                ("allocated", lambda book: math.fsum(abs(position[book]) for position in held.values())),
            ):
                earned[-1][name] = {book: of_book(book) for book in BOOKS}
        elif earned:
            for book in BOOKS:
                earned[-1]["cost"][book] += cost[book]
    return earned, needed, missing


def drawdown(gains):
    """The maximum drawdown of the running sum from a peak, the start included."""
    sums = [math.fsum(gains[:i]) for i in range(len(gains) + 1)]
    return max(max(sums[:i + 1]) - total for i, total in enumerate(sums))


def of_performance(figures, proposals, symbols, rows, hours, options):
    """The books' earnings at these prices."""
    earned, needed, missing = earned_by_row(proposals, rows, options["cost_bps"])
    n = len(earned)
    seconds = sum(row["seconds"] for row in earned)
    window = [earned[0]["ts"] - earned[0]["seconds"], earned[-1]["ts"]] if earned else [0, 0]
    gains = {book: [row["pnl"][book] - row["cost"][book] for row in earned] for book in BOOKS}
    mean_size = {book: ratio(math.fsum(row["allocated"][book] * row["seconds"] for row in earned), seconds) for book in BOOKS}
    for book in BOOKS:
        values = {
            "usd": math.fsum(row["pnl"][book] for row in earned),
            "cost_usd": math.fsum(row["cost"][book] for row in earned),
            "drawdown_usd": drawdown(gains[book]),
            "allocated_usd": mean_size[book],
        }
        for name, value in values.items():
            figures.add("pnl.%s_%s" % (book, name), value if n else None, n, window)

    def less(series, other):
        return [one - another for one, another in zip(series, other)]

    before_costs = {book: [row["pnl"][book] for row in earned] for book in BOOKS}
    per_day = {
        "pnl.base_bps_per_day": gains["base"],
        "pnl.proposed_bps_per_day": gains["proposed"],
        "pnl.advantage_bps_per_day": less(gains["proposed"], gains["base"]),
        "pnl.advantage_before_costs_bps_per_day": less(before_costs["proposed"], before_costs["base"]),
        "pnl.advantage_equal_size_bps_per_day": less(gains["proposed_equal_size"], gains["base"]),
    }
    # n^(1/3), rounded up, in whole numbers.
    length = min(options["block"] or next(i for i in range(n + 1) if i ** 3 >= n), n)
    blocks = n // length if n else 0
    days = seconds * options["time_scale"] / 86_400
    starts = resample_starts(n, length, options["seed"]) if blocks >= 30 and mean_size["base"] else None
    for name, series in per_day.items():
        figures.add(name, None, blocks, window)
        if starts:
            factor = 10_000 / mean_size["base"] * n / days
            low, high = interval_of(series, length, starts)
            figures[name].update(value=math.fsum(series) / n * factor, interval=[low * factor, high * factor])
    sides = [proposal["side"] for proposal in proposals]
    figures.add("pnl.unpriced", len(set(by_symbol(proposals)) - set(symbols)), n, window)
    figures.add("pnl.coverage", min(1, seconds / 3600 / hours) if hours > 0 else None, n, window)
    figures.add("pnl.long_assumed_share", ratio(sides.count(None), len(sides)), len(sides), window)
    figures.add("pnl.price_holes_share", ratio(missing, needed), needed, window)


# --- The verdict -------------------------------------------------------------------------------------------------------


def bounds_of(limit):
    """The bounds that a limit in words sets: `\u2264 20 %`, `\u2265 0.7 x`, `0.8 to 1.2 x`, `\u2264 5 min`. Times are in seconds, shares in 1."""
    scale = {"%": 0.01, "min": 60, "h": 3600}.get(limit.split()[-1], 1)
    numbers = [round(float(text) * scale, 9) for text in re.findall(r"-?\d[\d.]*", limit.replace(",", ""))]
    if len(numbers) == 2:
        return {"min": numbers[0], "max": numbers[1]}
    return {"max" if limit.startswith("\u2264") else "min": numbers[0]}


def default_thresholds():
    """The table of docs/evidence.md."""
    page = (Path(__file__).resolve().parent.parent.parent / "docs" / "evidence.md").read_text(encoding="utf-8")
    row = r"^\| ([^|]+?) *\| `([a-z0-9_.]+)` *\| ([^|]+?) *\| ([0-9,]+) *\| ([0-9]+) *\|"
    lines = {}
    for label, name, limit, least, hours in re.findall(row, page, re.M):
        optional = label.endswith("(with prices)")
        lines[name] = {**bounds_of(limit), "minN": float(least.replace(",", "")), "minHours": float(hours), "optional": optional}
    return {"minHours": 24, "lines": lines}


def judge(figures, thresholds, hours):
    """Each line's status, and the verdict of all."""
    statuses = {}
    for name, line in thresholds["lines"].items():
        figure = figures.get(name)
        if figure is None and line.get("optional", False):
            continue
        least_hours = line.get("minHours", thresholds["minHours"])
        statuses[name] = "INSUFFICIENT_DATA"
        if figure is None or hours < least_hours or figure["n"] < line.get("minN", 1) or figure["value"] is None:
            continue
        low, high = figure.get("interval", [figure["value"], figure["value"]])
        least, most = line.get("min", -math.inf), line.get("max", math.inf)
        if least <= low and high <= most:
            statuses[name] = "PASS"
        elif high < least or low > most:
            statuses[name] = "FAIL"
    all_of_them = set(statuses.values())
    if "FAIL" in all_of_them:
        return "NOT_READY", statuses
    return "READY" if all_of_them == {"PASS"} else "INSUFFICIENT_DATA", statuses


# --- A case ------------------------------------------------------------------------------------------------------------


def published(line):
    """The time of a plan's entry. An id may be ahead of the clock; the plan's own timestamp is not."""
    timestamp = number(dict(zip(line["fields"][0::2], line["fields"][1::2])).get("timestamp"))
    return min(int(line["id"].split("-")[0]) / 1000, math.inf if timestamp is None else timestamp)


def report(case):
    """Everything of one recording. `case` has its files and, where given, prices and the report's options."""
    data = b"".join(Path(path).read_bytes() for path in case["files"])
    header, lines = lines_of(data)
    parsed = [proposal_of(line) if line["kind"] == "proposal" else None for line in lines]
    proposals = [proposal for proposal in parsed if proposal]
    interval = case.get("interval") or interval_between(proposals)
    # Times of cycles are whole seconds: a shorter interval counts as one second. Without an interval every distance is a silence.
    silence = 0 if interval is None else 3 * max(1, interval)
    looks = [published(line) for line in lines if line["kind"] == "plan"]
    looks = [time for time in looks if time < 1e11]  # later ones are micro- or nanoseconds
    looks += [line["at"] for line in lines if line["kind"] == "resumed"]
    figures = Figures()
    hours, window = of_time(figures, proposals, looks, silence)
    records = of_replay(figures, lines, header, parsed, case.get("different", 0), window)
    of_reasons(figures, proposals, silence, window)
    of_values(figures, proposals, window)
    of_movement(figures, proposals, hours, silence, window)
    of_plans(figures, records)
    if case.get("prices"):
        symbols, rows = price_rows(Path(case["prices"]).read_text(encoding="utf-8"), case.get("delay", 60))
        options = {"cost_bps": 10, "block": None, "seed": 1, "time_scale": 1}
        options.update({name: case[name] for name in options if case.get(name) is not None})
        of_performance(figures, proposals, symbols, rows, hours, options)
    verdict, statuses = judge(figures, case.get("thresholds") or default_thresholds(), hours)
    return {"verdict": verdict, "lines": statuses, "covered_hours": hours, "window": window, "figures": figures}


def main():
    """With --cases FILE: a JSON list of cases (`report`); prints the list of their answers."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--cases")
    parser.add_argument("--prices")
    parser.add_argument("--thresholds", type=lambda path: json.loads(Path(path).read_text(encoding="utf-8")))
    for name, kind in (("delay", float), ("cost-bps", float), ("block", int), ("seed", int), ("time-scale", float), ("interval", float), ("different", int)):
        parser.add_argument("--" + name, type=kind)
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    if "cases" in given:
        print(json.dumps([report(case) for case in json.loads(Path(given["cases"]).read_text(encoding="utf-8"))]))
        return
    if not given["files"]:
        parser.error("a recording is needed")
    print(json.dumps(report(given), indent=2))


if __name__ == "__main__":
    sys.exit(main())
