import type { Command } from 'commander';
import { planId, policyHash, streamName, symbol } from './arguments.js';

export interface LookOptions {
  redis: string;
  json: boolean;
}
/** `plans`: name of the plan stream. */
export type PlansOptions = LookOptions & { plans: string };

export interface LookActions {
  doctor: (options: PlansOptions) => Promise<void>;
  symbol: (symbol: string, options: PlansOptions) => Promise<void>;
  plan: (planId: string, options: PlansOptions) => Promise<void>;
  policyLint: (file: string, options: Pick<LookOptions, 'json'>) => Promise<void>;
  policyShow: (options: PlansOptions) => Promise<void>;
  policyExplain: (hash: string, options: LookOptions) => Promise<void>;
}

/** Adds the commands that read and change nothing. */
export function addLooks(program: Command, actions: LookActions, redis: (command: Command) => Command): void {
  const named = (parent: Command, name: string, description: string): Command =>
    parent.command(name).description(description).allowExcessArguments(false).option('--json', 'for machines', false);
  const withPlans = (command: Command): Command =>
    redis(command).option('--plans <stream>', 'STREAM_PLANS, where it is renamed', streamName, 'quantum:stream:apply.plan');

  withPlans(named(program, 'doctor', 'what silently keeps the system idle, and who must fix what: exit 1 if there is any'))
    .action(actions.doctor);
  withPlans(named(program, 'symbol', 'where the numbers of a symbol come from'))
    .argument('<symbol>', 'as in the keys', symbol)
    .action(actions.symbol);
  withPlans(named(program, 'plan', 'what was decided of a plan, and why: exit 1 if nothing was'))
    .argument('<plan_id>', 'as in the plan stream', planId)
    .action(actions.plan);

  const policy = program.command('policy').description('the parameters that decide');
  named(policy, 'lint', 'list every violation in a policy file').argument('<file>', 'JSON').action(actions.policyLint);
  withPlans(named(policy, 'show', 'the parameter sets that the last outputs carry')).action(actions.policyShow);
  redis(named(policy, 'explain', 'what a hash means that outputs carry: exit 1 if Redis does not say'))
    .argument('<hash>', '12 hexadecimal digits', policyHash)
    .action(actions.policyExplain);
} // prettier-ignore
