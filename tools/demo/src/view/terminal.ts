import type { WriteStream } from 'node:tty';
import type { Size } from './frame.js';
import { colourPaint, plainPaint, type Paint } from './line.js';

const ALTERNATE_SCREEN = '\x1b[?1049h';
const NORMAL_SCREEN = '\x1b[?1049l';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const HOME = '\x1b[H';
const ERASE_REST_OF_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
/** A terminal that supports it shows the frame at once; the others ignore it. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

/** The terminal as a screen that is redrawn, and restored at the end. */
export class Terminal {
  readonly paint: Paint;
  readonly #out: WriteStream;
  #open = true;

  constructor(out: WriteStream, env: NodeJS.ProcessEnv) {
    this.#out = out;
    // https://no-color.org: any value but the empty one.
    this.paint = (env['NO_COLOR'] ?? '') === '' && out.hasColors() ? colourPaint : plainPaint;
    out.write(ALTERNATE_SCREEN + HIDE_CURSOR);
  }

  /** Read each time: a process that is not in the terminal's foreground gets no resize event. */
  get size(): Size {
    const [columns, rows] = this.#out.getWindowSize();
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** Redraws without clearing first, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    const text = lines.map((line) => line + ERASE_REST_OF_LINE).join('\r\n');
    this.#out.write(BEGIN_FRAME + HOME + text + ERASE_BELOW + END_FRAME);
  }

  /** Restores the screen and the cursor. May be called twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.write(NORMAL_SCREEN + SHOW_CURSOR);
  }
}
