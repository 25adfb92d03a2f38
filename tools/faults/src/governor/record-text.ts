type Fields = Readonly<Record<string, unknown>>;

/** The values of a list by these names; nothing without a list. */
function named(value: unknown, names: readonly string[]): Fields {
  if (!Array.isArray(value)) return {};
  const values: readonly unknown[] = value;
  const pairs = values.slice(0, names.length).map((one, i): [string, unknown] => [names[i] ?? '', one]);
  return Object.fromEntries<unknown>(pairs);
}

/** The inputs that checkers read, under their long names. */
function inputsOf(short: Fields, windows: unknown): Fields {
  return {
    action: short['action'],
    closing: short['closing'] === true,
    server_time: short['server'],
    notional_usd: short['usd'] ?? null,
    kill_switch: short['kill_switch'] ?? false,
    disarmed: short['disarmed'] ?? false,
    ...named(short['position'], ['position_amt', 'mark_price_usd', 'position_ts']),
    ...named(windows, ['last_exec', 'exec_count_hour', 'exec_count_5min', 'day_notional_usd', 'in_flight_usd']),
    ...named(short['eff'], ['eff_score', 'eff_confidence', 'eff_ts', 'eff_reason']),
  };
}

function permitOf(permit: Fields, record: Fields, short: Fields): Fields {
  const [score, confidence, , reason, factor = '1.0000', cooldownSec = '0'] = short['eff'] as unknown[];
  const digits = (value: unknown, count: number) => (typeof value === 'number' ? value.toFixed(count) : '');
  return {
    granted: true,
    symbol: record['symbol'],
    decision: 'EXECUTE',
    computed_qty: short['qty'] ?? 0,
    computed_notional: short['usd'] ?? 0,
    created_at: record['decided_at'],
    consumed: false,
    would_block: record['shadow'] ?? [],
    eff_score: digits(score, 4),
    eff_confidence: digits(confidence, 3),
    eff_stale: reason === 'stale_eff' ? '1' : '0',
    eff_factor: factor,
    downsize_factor: factor,
    eff_action: (short['eff'] as unknown[]).length > 4 ? 'DOWNSIZE' : 'NONE',
    eff_reason: reason,
    extra_cooldown_sec: cooldownSec,
    ...permit,
  };
}

/**
 * A record's value as version 1 writes it, by what the contract says of version 2; undefined for no JSON and another
 * shape.
 */
export function recordOf(json: string): unknown {
  try {
    const record = JSON.parse(json) as Fields;
    if (record['v'] !== 2) return record;
    const { windows, inputs, permit, block, ...rest } = record;
    delete (rest as { shadow?: unknown }).shadow;
    const { reason = '', symbol, decided_at: timestamp } = rest;
    return {
      ...rest,
      reason,
      gates: [],
      inputs: inputsOf(inputs as Fields, windows),
      ...(block !== undefined && { block: { reason, timestamp, symbol, ...(block as Fields) } }),
      ...(permit !== undefined && { permit: permitOf(permit as Fields, record, inputs as Fields) }),
    };
  } catch {
    return undefined;
  }
}
