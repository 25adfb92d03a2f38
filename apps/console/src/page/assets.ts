import { createHash } from 'node:crypto';
import script from '../browser/main.ts?bundle';
import style from './style.css';

/** The page's one script and one style, as the build put them into the program. */
export const SCRIPT = script;
export const STYLE = style;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run this script, take this style, draw its icon, ask this server. */
export const CSP = [
  "default-src 'none'",
  `script-src ${hash(SCRIPT)}`,
  `style-src ${hash(STYLE)}`,
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
