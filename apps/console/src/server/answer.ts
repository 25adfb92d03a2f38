/** Statuses that the page answers with; each is a value of the label of `console_requests_total`. */
export type AnswerStatus = '200' | '303' | '400' | '401' | '404' | '405' | '413' | '421' | '503';

/** An answer that is whole before it is sent. */
export interface Answer {
  readonly status: AnswerStatus;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const HTML = { 'Content-Type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

export const htmlAnswer = (body: string, status: AnswerStatus = '200'): Answer => ({ status, body, headers: HTML });
export const jsonAnswer = (body: string, status: AnswerStatus = '200'): Answer => ({
  status,
  body,
  headers: JSON_TYPE,
});
export const textAnswer = (status: AnswerStatus, body: string): Answer => ({ status, body: `${body}\n` });

/** What goes with every answer. `csp`: the hashes of the one script and the one style that may run. */
export const safetyHeaders = (csp: string): Readonly<Record<string, string>> => ({
  'Cache-Control': 'no-store',
  'Content-Security-Policy': csp,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});
