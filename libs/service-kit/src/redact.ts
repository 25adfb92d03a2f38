import { maskUrls } from './mask.js';

/** What a shorter secret would hide is mostly ordinary text, and where the gaps are would give the secret away. */
const MIN_LENGTH = 4;

const HIDDEN = '***';

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** One character as logs, URLs and JSON texts (also JSON inside JSON) write it. */
function formsOfCharacter(character: string): string {
  const bytes = [...Buffer.from(character, 'utf8')].map((byte) => byte.toString(16).padStart(2, '0'));
  const percent = bytes.map((hex) => `%${hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`);
  const json = JSON.stringify(character).slice(1, -1);
  const inJson = json === character ? [] : [`\\\\+${escaped(json.slice(1))}`];
  // The literal last: `%` and a backslash begin their own longer forms.
  return `(?:${[...inJson, percent.join(''), escaped(character)].join('|')})`;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not percent-encoded
  }
};

/** Replaces spans of a text; those that overlap, as secrets that share a part do, are one. */
function hide(text: string, spans: { from: number; to: number }[]): string {
  let shown = '';
  let end = 0;
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    if (from >= end) shown += `${text.slice(end, from)}${HIDDEN}`;
    end = Math.max(end, to);
  }
  return shown + text.slice(end);
}

/** Hides values that are known to be secret, in plain, percent-encoded and JSON-escaped form. */
export class Redactor {
  readonly #patterns = new Map<string, RegExp>();

  /** Secrets of less than four characters are not searched for: they are kept out by not writing them at all. */
  add(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      for (const form of [secret, secret.trim(), decoded(secret)]) {
        if (Array.from(form).length < MIN_LENGTH || this.#patterns.has(form)) continue;
        this.#patterns.set(form, new RegExp(Array.from(form, formsOfCharacter).join(''), 'g'));
      }
    }
  }

  /** The text without known secrets, logins in URLs and names of ACL users in refusals of Redis. */
  redact(text: string): string {
    const found = [...this.#patterns.values()].flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => ({ from: match.index, to: match.index + match[0].length })),
    );
    return maskUrls(found.length === 0 ? text : hide(text, found)).replace(
      /\bUser \S+ has no permissions/g,
      `User ${HIDDEN} has no permissions`,
    );
  }

  /** As `redact`, for each text inside a value that came from JSON. Names of fields stay. */
  redactValues(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((one) => this.redactValues(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.redactValues(one)]));
  }
}

/** The secrets of this process: of every configuration that it loaded, usable or not. */
const ofProcess = new Redactor();

/** Makes `redact` hide these values from now on, in every output of this process. */
export const registerSecrets = (secrets: Iterable<string>): void => {
  ofProcess.add(secrets);
};

/** A text that is fit for any output: without the secrets that this process knows, and without logins in URLs. */
export const redact = (text: string): string => ofProcess.redact(text);

/** What pino writes itself, from constants: never a secret, and needed to read the line. */
const OWN_FIELDS = ['level', 'time', 'pid', 'hostname', 'name'];

/** A line of JSON with every text in it redacted. It stays JSON, whatever a secret consists of. */
export function redactLine(line: string): string {
  const text = redact(line);
  if (text === line) return line;
  try {
    const fields = Object.entries(JSON.parse(line) as Record<string, unknown>);
    const safe = fields.map(([name, value]) => [
      name,
      OWN_FIELDS.includes(name) ? value : ofProcess.redactValues(value),
    ]);
    return `${JSON.stringify(Object.fromEntries(safe))}\n`;
  } catch {
    return text; // not JSON
  }
}
