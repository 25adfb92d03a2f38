export { KNOWN_METRICS, type KnownMetric } from './grafana/known-metrics.js';
export { promqlProblems } from './grafana/promql.js';
export { table } from './markdown.js';
export { namedFor, SERVERS, type ServerNames, type ServerProduct } from './servers.js';
