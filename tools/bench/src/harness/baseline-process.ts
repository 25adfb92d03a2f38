import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The server and the parameters of a baseline. */
export interface BaselineSetup {
  /** Socket of the server. */
  path: string;
  db: number;
  options: unknown;
}

/** Messages between a baseline and the bench. */
export type BaselineMessage = { ready: true } | { value: number } | { error: string };

/** A baseline in a process of its own, like the services. */
export interface BaselineProcess {
  /** Does its work once and returns its measurement. */
  pass: () => Promise<number>;
  stop: () => Promise<void>;
}

/** The program with all baselines: this one, once it is bundled. */
const PROGRAM = __filename;

export async function startBaseline(name: string, setup: BaselineSetup): Promise<BaselineProcess> {
  const child = fork(PROGRAM, ['baseline', name, JSON.stringify(setup)], { execArgv: [] });
  const ended = once(child, 'exit').then((): [BaselineMessage] => [{ error: 'it ended' }]);
  const answer = async (): Promise<BaselineMessage> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [BaselineMessage];
    if ('error' in message) throw new Error(`baseline ${name}: ${message.error}`);
    return message;
  };
  await answer();
  return {
    pass: async () => {
      child.send({ go: true });
      const message = await answer();
      return 'value' in message ? message.value : NaN;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL'); // it holds nothing that must be released
      await once(child, 'exit');
    },
  };
}
