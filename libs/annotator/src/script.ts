import { defineScript, luaOf, scriptCommand, type Command } from '@quantum/redis-io';
import { permitKey, type Plan } from '@quantum/redis-schemas';
import ANNOTATE_LUA from './annotate.lua';

/** What the script found and did. `absent`: there is no permit now; what that means is the caller's to say. */
export type ScriptResult = 'annotated' | 'already' | 'absent' | 'consumed' | 'foreign';

/** Adds fields to a permit that another governor issued: annotate.lua. */
export const ANNOTATE = defineScript(luaOf([ANNOTATE_LUA]));

/** The command that annotates the permit of a plan; `fieldsText` is JSON's inside of an object. */
export const annotateCommand = ({ planId, symbol }: Pick<Plan, 'planId' | 'symbol'>, fieldsText: string): Command =>
  scriptCommand(ANNOTATE, [permitKey(planId)], [symbol, fieldsText]);
