import { Option, type Command } from 'commander';
import { entryId, planHash, reason, redisUrl, stageName, symbols, wholeFrom } from '../arguments.js';
import type { RolloutActions } from './actions.js';

type With = (command: Command) => Command;

/** Adds `rollout` with its commands. */
export function addRollout(program: Command, actions: RolloutActions, redis: With): void {
  const rollout = program.command('rollout').description('enforcement of proposals in stages, under guards');
  addPlans(rollout, actions, redis);
  addWaysOut(rollout, actions, redis);
  addReaders(rollout, actions, redis);
}

const subOf =
  (rollout: Command) =>
  (name: string, description: string): Command =>
    rollout.command(name).description(description).allowExcessArguments(false);
const machine: With = (command) => command.option('--json', 'for machines, in one line', false);
const asks: With = (command) =>
  command.option('--yes <hash>', 'the hash of the plan, which it asks for; needed without a terminal');

/** What is decided of plans, and given to the rollout as a command. */
function addPlans(rollout: Command, actions: RolloutActions, redis: With): void {
  const sub = subOf(rollout);
  const given = (name: string, description: string): Command =>
    machine(redis(sub(name, description)))
      .option('--reason <text>', 'kept in the audit', reason, '')
      .option('--timeout <seconds>', 'how long to wait for what became of it', wholeFrom(1, 600), 30);
  const asking = (name: string, description: string): Command => asks(given(name, `${description}; asks first`));

  machine(
    sub(
      'lint',
      'list every violation in the file of a plan; with a record: exit 1 if noise trips its limits too often',
    ),
  )
    .argument('<file>', 'JSON')
    .addOption(new Option('--redis <url>', 'also check that each symbol has a target there').argParser(redisUrl))
    .option('--record <file>', 'also judge it on these hours of shadow, as `shadow-report hours` prints them')
    .option('--seed <n>', 'of the stages that are drawn from the record', wholeFrom(1, 1_000_000), 1)
    .action(actions.lint);
  given('submit', 'propose a plan').argument('<file>', 'JSON').action(actions.submit);
  asking('approve', 'approve a stage of a plan that another user has submitted')
    .argument('<plan>', 'hash of the plan', planHash)
    .argument('<stage>', 'name of the stage', stageName)
    .option('--evidence <id>', 'entry of the evidence that you have seen (default: the last)', entryId)
    .action(actions.approve);
  given('revoke', 'take back your approvals of a plan, or of one stage')
    .argument('<plan>', 'hash of the plan', planHash)
    .argument('[stage]', 'name of the stage', stageName)
    .action(actions.revoke);
  asking('start', 'start a plan').argument('<plan>', 'hash of the plan', planHash).action(actions.start);
  given('hold', 'freeze the blend until `resume`').action(actions.hold);
  asking('resume', 'end a hold').action(actions.resume);
  given('rollback', 'publish nothing any more, under a new epoch').action(actions.rollback);
  given('reduce-only', 'publish no multiplier above 1, and none above the last').action(actions.reduceOnly);
  asking('retry', 'go on after `reduce-only` or a rollback').action(actions.retry);
  given('exclude', 'take symbols out of every plan that is there')
    .argument('<symbols...>', 'symbols', symbols)
    .action(actions.exclude);
  asking('clear', 'lead from killed to off').action(actions.clear);
}

/** What ends a rollout with Redis alone, and the drill of all ways out. */
function addWaysOut(rollout: Command, actions: RolloutActions, redis: With): void {
  const sub = subOf(rollout);
  machine(redis(sub('kill', 'end enforcement now; needs Redis alone')))
    .option('--reason <text>', 'kept in the audit of the operator', reason, '')
    .option('--timeout <seconds>', 'how long to try', wholeFrom(1, 600), 30)
    .option('--replicas <n>', 'replicas that must confirm it (default: those that are connected)', wholeFrom(0, 100))
    .action(actions.kill);
  asks(
    machine(redis(sub('drill', 'try every way out of a rollout that runs, and time it; asks first, ends in off'))),
  ).action(actions.drill);
}

/** What only reads. */
function addReaders(rollout: Command, actions: RolloutActions, redis: With): void {
  const sub = subOf(rollout);
  redis(sub('status', 'what is in force, and what comes next: exit 1 if something needs a person'))
    .option('--watch', 'again every two seconds, until Ctrl-C', false)
    .option('--json', 'for machines', false)
    .action(actions.status);
  redis(sub('audit', 'the last entries of the audit'))
    .option('-n, --count <n>', 'how many', wholeFrom(1, 10_000), 20)
    .option('--verify', 'check the whole chain instead: exit 1 if an entry was changed, removed, added or moved', false)
    .option('--json', 'for machines, one line each', false)
    .action(actions.audit);
  redis(sub('evidence', 'the last entries of the evidence'))
    .option('-n, --count <n>', 'how many', wholeFrom(1, 10_000), 12)
    .option('--json', 'for machines, one line each', false)
    .action(actions.evidence);
  machine(
    redis(sub('record', 'keep in a file what the rollout has left: audit, evidence, commands, plans, multipliers')),
  )
    .argument('<file>', 'JSON lines; it is replaced')
    .action(actions.record);
  machine(
    redis(
      sub(
        'replay',
        'decide all of it again: each verdict, each transition, each figure; exit 1 unless it is the same to the byte',
      ),
    ),
  )
    .argument('[file]', 'as `record` wrote it (default: what Redis has)')
    .action(actions.replay);
}
