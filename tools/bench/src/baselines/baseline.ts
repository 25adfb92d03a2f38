import type { RivalMessage, RivalPlace } from '../bed/rival-process.js';

/** Sets a baseline up and returns its work of one pass, which returns its measurement. */
export type Rival<Options> = (
  place: Omit<RivalPlace, 'options'> & { options: Options },
) => Promise<() => Promise<number>>;

/** Runs a baseline in this process, which the bench has forked for it. */
export async function playRival(rival: Rival<never>, place: RivalPlace): Promise<void> {
  const say = (message: RivalMessage): void => void process.send?.(message);
  process.on('disconnect', () => process.exit());
  try {
    const turn = await rival(place as Parameters<typeof rival>[0]);
    process.on('message', () => {
      turn().then(
        (value) => {
          say({ value });
        },
        (error: unknown) => {
          say({ error: String(error) });
        },
      );
    });
    say({ ready: true });
  } catch (error) {
    say({ error: String(error) });
  }
}
