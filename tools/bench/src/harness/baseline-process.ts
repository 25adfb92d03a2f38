import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The server and the parameters of a baseline. */
export interface RivalPlace {
  /** Socket of the server. */
  path: string;
  db: number;
  options: unknown;
}

/** Messages between a baseline and the bench. */
export type RivalMessage = { ready: true } | { value: number } | { error: string };

/** A baseline in a process of its own, like the services. */
export interface RivalProcess {
  /** Does its work once and returns its measurement. */
  turn: () => Promise<number>;
  stop: () => Promise<void>;
}

/** The program with all baselines: this one, once it is bundled. */
const PROGRAM = __filename;

export async function startRival(name: string, place: RivalPlace): Promise<RivalProcess> {
  const child = fork(PROGRAM, ['rival', name, JSON.stringify(place)], { execArgv: [] });
  const ended = once(child, 'exit').then((): [RivalMessage] => [{ error: 'it ended' }]);
  const answer = async (): Promise<RivalMessage> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [RivalMessage];
    if ('error' in message) throw new Error(`rival ${name}: ${message.error}`);
    return message;
  };
  await answer();
  return {
    turn: async () => {
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
