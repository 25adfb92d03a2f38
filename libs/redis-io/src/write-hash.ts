import WRITE_HASH_LUA from './lua/write-hash.lua';
import type { Command } from './reply.js';
import { defineScript, luaOf, scriptCommand } from './script.js';

/** Writes a hash and its time to live, or nothing: lua/write-hash.lua. */
export const WRITE_HASH = defineScript(luaOf([WRITE_HASH_LUA]));

/** The command for `runScripts`. `fields`: names and values, one after the other. */
export const writeHashCommand = (key: string, fields: readonly (string | number)[], ttlSec: number): Command =>
  scriptCommand(WRITE_HASH, [key], [ttlSec, ...fields]);
