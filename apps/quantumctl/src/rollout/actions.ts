import { readFileSync } from 'node:fs';
import type { CommandName } from '@quantum/rollout-commands';
import { CannotConnect, CannotRun, messageOf } from '@quantum/service-kit';
import { auditCommand, type AuditOptions } from './audit.js';
import type { Terminal } from './confirm.js';
import { drill, type DrillOptions } from './drill.js';
import { evidenceCommand, type EvidenceOptions } from './evidence.js';
import { give, type GiveOptions } from './give.js';
import { kill, type KillOptions } from './kill.js';
import { lintCommand, type LintOptions } from './lint.js';
import { withRedis, type Env } from './operator.js';
import { notApplied, type Said } from './outcome-text.js';
import { prepareApprove, prepareOnward, prepareStart, prepareSubmit } from './prepare.js';
import { recordCommand, replayCommand, type RecordOptions } from './record/commands.js';
import { statusCommand, type StatusOptions } from './status.js';

export interface RolloutActions {
  lint: (file: string, options: LintOptions & { record?: string }) => Promise<void>;
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
  kill: (options: KillOptions & { redis: string }) => Promise<void>;
  drill: (options: DrillOptions) => Promise<void>;
  status: (options: StatusOptions) => Promise<void>;
  audit: (options: AuditOptions) => Promise<void>;
  evidence: (options: EvidenceOptions) => Promise<void>;
  record: (file: string, options: RecordOptions) => Promise<void>;
  replay: (file: string | undefined, options: RecordOptions) => Promise<void>;
}

/** @throws CannotRun */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CannotRun(`${file} cannot be read: ${messageOf(error)}`);
  }
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
  const lower = (name: CommandName) => async (options: GiveOptions) => {
    say(await give(options, env, terminal, { name, reason: options.reason }));
  };
  const onward = (name: 'resume' | 'retry' | 'clear') => async (options: GiveOptions) => {
    say(await give(options, env, terminal, (view) => prepareOnward(name, options.reason, view)));
  };
  return {
    lint: async (file, { record, ...options }) => {
      const read = (path: string) => ({ file: path, text: textOf(path) });
      say(await lintCommand(read(file), record === undefined ? undefined : read(record), options, env));
    },
    submit: async (file, options) => {
      const text = textOf(file);
      say(await give(options, env, terminal, (_view, redis) => prepareSubmit(text, options.reason, redis)));
    },
    approve: async (plan, stage, options) => {
      const asked = { plan, stage, ...options };
      say(await give(options, env, terminal, (view, redis) => prepareApprove(asked, view, redis)));
    },
    revoke: async (plan, stage, options) => {
      const { reason } = options;
      say(await give(options, env, terminal, { name: 'revoke', plan, reason, ...(stage !== undefined && { stage }) }));
    },
    start: async (plan, options) => {
      say(await give(options, env, terminal, (view) => prepareStart(plan, options.reason, view)));
    },
    exclude: async (symbols, options) => {
      say(await give(options, env, terminal, { name: 'exclude', symbols, reason: options.reason }));
    },
    hold: lower('hold'),
    resume: onward('resume'),
    rollback: lower('rollback'),
    reduceOnly: lower('reduce_only'),
    retry: onward('retry'),
    clear: onward('clear'),
    kill: async ({ redis: url, ...options }) => {
      say(await killed(url, env, options, print));
    },
    drill: async (options) => {
      say(await drill(options, env, terminal));
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
      say(await recordCommand(file, options, env));
    },
    replay: async (file, options) => {
      say(await replayCommand(file, options, env));
    },
  };
}

async function killed(url: string, env: Env, options: KillOptions, print: (text: string) => void): Promise<Said> {
  try {
    return await withRedis(url, env, (redis) => kill(redis, options, print));
  } catch (error) {
    if (!(error instanceof CannotConnect)) throw error;
    return { ...notApplied(error.message), exitCode: 3 };
  }
}
