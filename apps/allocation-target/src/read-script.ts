import { defineScript, luaOf, type Script } from '@quantum/redis-io';
import { EFFICIENCY_FIELDS, SMOOTHING_FIELDS, TARGET_FIELDS } from '@quantum/redis-schemas';
import READ_SMOOTHING from './lua/read-smoothing.lua';
import READ_LUA from './lua/read.lua';

const quoted = (fields: readonly string[]): string => fields.map((field) => `'${field}'`).join(', ');

/** How many keys of a symbol are read. */
export const keysASymbol = (withSmoothing: boolean): number => (withSmoothing ? 3 : 2);

/** Reads targets and efficiencies, and where asked what smoothing goes on from: lua/read.lua. */
const readScript = (withSmoothing: boolean): Script =>
  defineScript(
    luaOf([READ_LUA], {
      KEYS_EACH: String(keysASymbol(withSmoothing)),
      TARGET_FIELDS: quoted(TARGET_FIELDS),
      TARGET_VALUES: TARGET_FIELDS.map((_, i) => `target[${i + 1}]`).join(' or '),
      EFFICIENCY_FIELDS: quoted(EFFICIENCY_FIELDS),
      READ_SMOOTHING: withSmoothing ? luaOf([READ_SMOOTHING], { SMOOTHING_FIELDS: quoted(SMOOTHING_FIELDS) }) : '',
    }),
  );

export const READ = readScript(false);
export const READ_WITH_SMOOTHING = readScript(true);
