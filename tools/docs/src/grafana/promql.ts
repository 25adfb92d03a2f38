import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { SCRAPED, type KnownMetric } from './known-metrics.js';

/** A histogram has series of these names. */
const SERIES_OF_HISTOGRAM = /_(bucket|sum|count)$/;

/** The metric behind the name of a series. */
function metricBehind(name: string, known: ReadonlyMap<string, KnownMetric>): KnownMetric | undefined {
  const direct = known.get(name);
  if (direct) return direct.type === 'histogram' ? undefined : direct;
  const [suffix] = SERIES_OF_HISTOGRAM.exec(name) ?? [];
  const histogram = suffix === undefined ? undefined : known.get(name.slice(0, -suffix.length));
  if (histogram?.type !== 'histogram') return undefined;
  return suffix === '_bucket' ? { ...histogram, labels: { ...histogram.labels, le: 'any' } } : histogram;
}

/**
 * Whether a matcher can match some value of a closed list: each of its alternatives, where it is a regular expression.
 */
function matchesSome(value: string, isRegex: boolean, values: readonly string[]): boolean {
  if (!isRegex) return values.includes(value);
  return value.split('|').every((alternative) => values.some((one) => matches(alternative, one)));
}

/** Whether a regular expression matches a whole value; one that is none matches nothing. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}

/**
 * What is wrong with a PromQL expression: a syntax error, a metric or a label that no service has, a value that a label
 * cannot have. Grafana's variables must be filled in; a value that begins with `$` is taken for any.
 */
export function promqlProblems(expression: string, known: ReadonlyMap<string, KnownMetric>): string[] {
  const text = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  const problems: string[] = [];
  const labels = new Set(Object.keys(SCRAPED));

  const selector = (node: SyntaxNode): void => {
    const name = node.getChild('Identifier');
    if (!name) {
      problems.push(`a selector without a metric: ${text(node)}`);
      return;
    }
    const metric = metricBehind(text(name), known);
    if (!metric) {
      problems.push(`no such metric: ${text(name)}`);
      return;
    }
    const own = { ...SCRAPED, ...metric.labels };
    for (const label of Object.keys(own)) labels.add(label);
    for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
      const [label, operator, quoted] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) => {
        const child = matcher.getChild(part);
        return child ? text(child) : '';
      }) as [string, string, string];
      const values = Object.hasOwn(own, label) ? own[label] : undefined;
      const value = quoted.slice(1, -1);
      if (values === undefined) problems.push(`${text(name)} has no label ${label}`);
      else if (values !== 'any' && !value.startsWith('$') && !matchesSome(value, operator.endsWith('~'), values))
        problems.push(`${label} of ${text(name)} is never ${value}`);
    }
  };

  const tree = parser.parse(expression);
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.isError) problems.push(`a syntax error at ${node.from}: ${expression}`);
      if (type.name === 'VectorSelector') selector(node);
    },
  });
  // After the selectors: a label to group by must be one of theirs.
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.name !== 'GroupingLabels') return;
      const unknown = node
        .getChildren('LabelName')
        .map(text)
        .filter((label) => !labels.has(label));
      problems.push(...unknown.map((label) => `grouped by ${label}, which no metric of the expression has`));
    },
  });
  return problems;
}
