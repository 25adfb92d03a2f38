import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Where a rival works, and with what. */
export interface RivalPlace {
  /** Socket of the server. */
  path: string;
  db: number;
  options: unknown;
}

/** What a rival and the bench say to each other. */
export type RivalMessage = { ready: true } | { value: number } | { error: string };

/** A rival in a process of its own, as the services are. */
export interface RivalProcess {
  /** Does its work once and says what it took. */
  turn: () => Promise<number>;
  stop: () => Promise<void>;
}

/** The program that holds all rivals: this one, once it is bundled. */
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
      child.kill('SIGKILL'); // it holds nothing that must be given up
      await once(child, 'exit');
    },
  };
}
