import { ask } from '@quantum/testbed';
import { parseMetrics, sumOf, type Metrics } from './metrics.js';

/** As long as Prometheus waits for a scrape: a busy machine is no broken service. */
const ANSWER_TIMEOUT_MS = 10_000;

/** A replica's answer: `200`, `503: <its reason>`, or why there was no answer. */
export interface Probe {
  url: string;
  health: string;
  readiness: string;
}

/** Metrics of all replicas of a service at one time, by URL; a replica without metrics has the reason instead. */
export type Scrape = ReadonlyMap<string, Metrics | string>;

/** Scrapes every replica. `known`: a metric that identifies this service. Never rejects. */
export async function scrape(urls: readonly string[], known: string): Promise<Scrape> {
  const answers = await Promise.all(
    urls.map(async (url): Promise<Metrics | string> => {
      const { status, text } = await ask(url, '/metrics', ANSWER_TIMEOUT_MS);
      if (status === undefined) return text;
      if (!isOk(status)) return `/metrics answers ${status}`;
      const metrics = parseMetrics(text);
      return metrics.names.has(known) ? metrics : `/metrics is not this service's: it has no ${known}`;
    }),
  );
  return new Map(urls.map((url, i) => [url, answers[i] as Metrics | string]));
}

/** Reads the health of every replica. Never rejects. */
export const probe = (urls: readonly string[]): Promise<Probe[]> =>
  Promise.all(
    urls.map(async (url) => {
      const [health, readiness] = await Promise.all([answerOf(url, '/healthz'), answerOf(url, '/readyz')]);
      return { url, health, readiness };
    }),
  );

async function answerOf(url: string, path: string): Promise<string> {
  const { status, text } = await ask(url, path, ANSWER_TIMEOUT_MS);
  if (status === undefined) return text;
  return isOk(status) ? String(status) : `${status}: ${text.trim()}`;
}

const isOk = (status: number): boolean => status >= 200 && status < 300;

/** A service's health and metrics before and after. */
export interface ServiceEvidence {
  probes: readonly Probe[];
  before: Scrape;
  after: Scrape;
}

const readable = (all: Scrape): Metrics[] => [...all.values()].filter((metrics) => typeof metrics !== 'string');

/** The increase of a counter between the two scrapes, summed over all replicas. */
export const rise = ({ before, after }: ServiceEvidence, name: string, labels?: Readonly<Record<string, string>>) =>
  sumOf(readable(after), name, labels) - sumOf(readable(before), name, labels);

/** The largest value of a gauge in a scrape; undefined if no replica has it. */
export function largest(scraped: Scrape, name: string): number | undefined {
  const values = readable(scraped).flatMap(({ samples }) => samples.filter((sample) => sample.name === name));
  return values.length === 0 ? undefined : Math.max(...values.map(({ value }) => value));
}

/** The names that some replica does not register. */
export const unregistered = ({ after }: ServiceEvidence, names: readonly string[]): string[] =>
  names.filter((name) => readable(after).some((metrics) => !metrics.names.has(name)));

/** Why metrics could not be read, a line per replica; empty if all could. */
export const unreadable = (...scrapes: readonly Scrape[]): string[] => [
  ...new Set(
    scrapes.flatMap((all) =>
      [...all].flatMap(([url, answer]) => (typeof answer === 'string' ? [`${url}: ${answer}`] : [])),
    ),
  ),
];

/** Whether any replica of any service could be read. */
export const anyReadable = (...scrapes: readonly Scrape[]): boolean => scrapes.some((all) => readable(all).length > 0);
