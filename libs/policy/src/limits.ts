import { canonicalText, hashOfText, type ParameterValue, type ParameterValues } from '@quantum/efficiency-policy';
import { GATE_MODES, type GateMode } from '@quantum/redis-schemas';
import {
  ALLOCATION_TARGETS,
  type AllocationTarget,
  type GateLimits,
  type GateModes,
  type GateName,
  type GateSettings,
} from '@quantum/risk-gates';
import { governorDefinition, type GovernorConfig } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { gateLimits, gateModes } from './gates.js';
import { sha256 } from './steps.js';

const VARIABLE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(governorDefinition.variables).map(([name, { property }]) => [property, name]),
);

/** The variable's name. A limit that no variable gives alone (`refuseUnknownNotional`) keeps its own. */
const nameOf = (property: string): string => VARIABLE_NAMES.get(property) ?? property;
const TARGET_NAME = nameOf('allocationTarget');
const modeName = (gate: string): string => nameOf(`gate:${gate}`);

/** The gate limits and the modes in force of an environment. */
export const gateSettings = (config: GovernorConfig): GateSettings => ({
  limits: gateLimits(config),
  modes: gateModes(config),
});

/** Limits and modes in force by the names of their variables. */
export const limitValues = ({ limits, modes }: GateSettings): ParameterValues =>
  Object.fromEntries<ParameterValue>([
    ...Object.entries<ParameterValue>({ ...limits }).map(([property, value]) => [nameOf(property), value] as const),
    ...Object.entries(modes).map(([gate, mode]) => [modeName(gate), mode] as const),
  ]);

/** The hash that decision records carry as `limits`, and its canonical text. */
export interface NamedLimits {
  readonly hash: string;
  readonly text: string;
}

/**
 * Hashes limits and modes: equal settings have equal hashes, whatever variables gave them. The default of a limit that
 * earlier versions lacked is left out, so that it changes no hash of theirs.
 */
export function nameLimits(settings: GateSettings): NamedLimits {
  const { [TARGET_NAME]: target, ...others } = limitValues(settings);
  const text = canonicalText(target === 'effective' ? { ...others, [TARGET_NAME]: target } : others);
  return { hash: hashOfText(text, sha256), text };
}

/**
 * Parses limits and modes by the names of their variables. What an earlier version lacked is as in that version: a gate
 * is off, and a limit has its default. Undefined if a name or a type is unknown: a later version wrote it.
 */
export function settingsOf(values: ParameterValues): GateSettings | undefined {
  const defaults = gateSettings(loadConfig(governorDefinition, {}).config);
  const known: ParameterValues = limitValues({ ...defaults, modes: allOff(defaults.modes) });
  const isKnown = ([name, value]: [string, unknown]): boolean =>
    Object.hasOwn(known, name) && typeof value === typeof known[name];
  if (!Object.entries(values).every(isKnown)) return undefined;
  const all: ParameterValues = { ...known, ...values };
  const limits = Object.keys(defaults.limits).map((property) => [property, all[nameOf(property)]]);
  const modes = Object.keys(defaults.modes).map((gate) => [gate, all[modeName(gate)]] as [GateName, GateMode]);
  if (!modes.every(([, mode]) => GATE_MODES.includes(mode))) return undefined;
  if (!ALLOCATION_TARGETS.includes(all[TARGET_NAME] as AllocationTarget)) return undefined;
  return { limits: Object.fromEntries(limits) as GateLimits, modes: Object.fromEntries(modes) as GateModes };
}

const allOff = (modes: GateModes): GateModes =>
  Object.fromEntries(Object.keys(modes).map((gate) => [gate, 'off'])) as Record<GateName, GateMode>;
