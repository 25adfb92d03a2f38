import { readFileSync } from 'node:fs';
import type { CommandName } from '@quantum/rollout-commands';
import { CannotConnect, CannotRun, messageOf } from '@quantum/service-kit';
import type { Terminal } from '../confirm-word.js';
import { auditCommand, type AuditOptions } from './audit.js';
import { drill, type DrillOptions } from './drill.js';
import { evidenceCommand, type EvidenceOptions } from './evidence.js';
import { give, type GiveOptions, type Prepared } from './give.js';
import { kill, type KillOptions } from './kill.js';
import { lintCommand, type LintOptions } from './lint.js';
import { withRedis, type Env } from './operator.js';
import { notApplied, type Acted, type Said } from './outcome-text.js';
import { prepareApprove, prepareOnward, prepareStart, prepareSubmit } from './prepare.js';
import { recordCommand, replayCommand, type RecordOptions } from './record/commands.js';
import { statusCommand, type StatusOptions } from './status.js';

interface Json {
  json: boolean;
}

/** The commands that the rollout is given by its stream. */
interface GivenActions {
  submit: (file: string, options: GiveOptions) => Promise<void>;
  approve: (plan: string, stage: string, options: GiveOptions & { evidence?: string }) => Promise<void>;
  revoke: (plan: string, stage: string | undefined, options: GiveOptions) => Promise<void>;
  start: (plan: string, options: GiveOptions) => Promise<void>;
  exclude: (symbols: readonly string[], options: GiveOptions) => Promise<void>;
  hold: (options: GiveOptions) => Promise<void>;
  resume: (options: GiveOptions) => Promise<void>;
  rollback: (options: GiveOptions) => Promise<void>;
  reduceOnly: (options: GiveOptions) => Promise<void>;
  retry: (options: GiveOptions) => Promise<void>;
  clear: (options: GiveOptions) => Promise<void>;
}

export interface RolloutActions extends GivenActions {
  lint: (file: string, options: LintOptions & Json & { record?: string }) => Promise<void>;
  kill: (options: KillOptions & Json & { redis: string }) => Promise<void>;
  drill: (options: DrillOptions) => Promise<void>;
  status: (options: StatusOptions) => Promise<void>;
  audit: (options: AuditOptions) => Promise<void>;
  evidence: (options: EvidenceOptions) => Promise<void>;
  record: (file: string, options: RecordOptions & Json) => Promise<void>;
  replay: (file: string | undefined, options: RecordOptions & Json) => Promise<void>;
}

/** @throws CannotRun */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CannotRun(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function givenActions(
  given: (name: CommandName, options: GiveOptions, prepare: Parameters<typeof give>[3]) => Promise<void>,
): GivenActions {
  const lower = (name: CommandName) => (options: GiveOptions) => given(name, options, { name, reason: options.reason });
  const onward = (name: 'resume' | 'retry' | 'clear') => (options: GiveOptions) =>
    given(name, options, (view): Prepared => prepareOnward(name, options.reason, view));
  return {
    submit: async (file, options) => {
      const text = textOf(file);
      await given('submit', options, (_view, redis) => prepareSubmit(text, options.reason, redis));
    },
    approve: (plan, stage, options) =>
      given('approve', options, (view, redis) => prepareApprove({ plan, stage, ...options }, view, redis)),
    revoke: (plan, stage, options) => {
      const { reason } = options;
      return given('revoke', options, { name: 'revoke', plan, reason, ...(stage !== undefined && { stage }) });
    },
    start: (plan, options) => given('start', options, (view) => prepareStart(plan, options.reason, view)),
    exclude: (symbols, options) => given('exclude', options, { name: 'exclude', symbols, reason: options.reason }),
    hold: lower('hold'),
    resume: onward('resume'),
    rollback: lower('rollback'),
    reduceOnly: lower('reduce_only'),
    retry: onward('retry'),
    clear: onward('clear'),
  };
}

/** What each command does. `exitWith`: the exit code of the program. */
export function rolloutActions(
  env: Env,
  { print, ...terminal }: Terminal & { print: (text: string) => void },
  exitWith: (code: number) => void,
): RolloutActions {
  const say = ({ text, exitCode }: Said): void => {
    print(text);
    exitWith(exitCode);
  };
  const tell = (command: string, isJson: boolean, { json, ...said }: Acted): void => {
    say(isJson ? { ...said, text: `${JSON.stringify({ command, ...json })}\n` } : said);
  };
  const given = async (name: CommandName, options: GiveOptions, prepare: Parameters<typeof give>[3]) => {
    tell(name, options.json, await give(options, env, terminal, prepare));
  };
  return {
    lint: async (file, { record, ...options }) => {
      const read = (path: string) => ({ file: path, text: textOf(path) });
      tell(
        'lint',
        options.json,
        await lintCommand(read(file), record === undefined ? undefined : read(record), options, env),
      );
    },
    ...givenActions(given),
    kill: async ({ redis: url, json, ...options }) => {
      const progress = (line: string): void => {
        // One line of JSON is all that goes to the output then.
        if (json) terminal.output.write(line);
        else print(line);
      };
      tell('kill', json, await killed(url, env, options, progress));
    },
    drill: async (options) => {
      tell('drill', options.json, await drill(options, env, terminal));
    },
    status: async (options) => {
      exitWith(await statusCommand(options, env, print));
    },
    audit: async (options) => {
      say(await auditCommand(options, env));
    },
    evidence: async (options) => {
      say(await evidenceCommand(options, env));
    },
    record: async (file, options) => {
      tell('record', options.json, await recordCommand(file, options, env));
    },
    replay: async (file, options) => {
      tell('replay', options.json, await replayCommand(file, options, env));
    },
  };
}

async function killed(url: string, env: Env, options: KillOptions, print: (text: string) => void): Promise<Acted> {
  try {
    return await withRedis(url, env, (redis) => kill(redis, options, print));
  } catch (error) {
    if (!(error instanceof CannotConnect)) throw error;
    return { ...notApplied(error.message), exitCode: 3 };
  }
}
