import { renderFrame } from './frame.js';
import { cycleLine, introLines } from './plain.js';
import { Terminal } from './terminal.js';
import type { View } from './view.js';

export interface Screen {
  show(view: View): void;
  /** Restores the terminal. May be called twice. */
  close(): void;
}

/** A live view on a terminal; lines without one, or if `wantTty` is false. */
export function openScreen(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv, wantTty: boolean): Screen {
  return wantTty && out.isTTY ? liveScreen(new Terminal(out, env)) : plainScreen((line) => out.write(`${line}\n`));
}

function liveScreen(terminal: Terminal): Screen {
  return {
    show: (view) => {
      terminal.draw(renderFrame(view, terminal.size, terminal.paint));
    },
    close: () => {
      terminal.close();
    },
  };
}

/** Shows the introduction, then a line per cycle. */
export function plainScreen(print: (line: string) => void): Screen {
  let introduced = false;
  let cycles = 0;
  let notice = '';
  return {
    show: (view) => {
      if (!introduced) introLines(view).forEach(print);
      introduced = true;
      if (view.notice !== notice) print(view.notice);
      notice = view.notice;
      const now = view.snapshot.cycle?.cycles ?? 0;
      if (now > cycles) print(cycleLine(view.snapshot));
      cycles = now;
    },
    close: () => undefined,
  };
}
