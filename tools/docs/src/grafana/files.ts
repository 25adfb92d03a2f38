import { dashboardOf, DATASOURCE_UID, type DashboardSpec } from './dashboard.js';
import { OVERVIEW } from './overview.js';
import { RUNTIME } from './runtime.js';
import { serviceDashboards } from './services.js';

/** Every dashboard: the overview, one a service, the processes. */
export const dashboards = (): DashboardSpec[] => [OVERVIEW, ...serviceDashboards(), RUNTIME];

const GENERATED = '# Generated from tools/docs/src/grafana: npx nx run docs:generate\n';

/** Where an installed release has its dashboards. */
const DASHBOARDS = '/opt/quantum/current/deploy/grafana/dashboards';

const DATASOURCES_FILE = `${GENERATED}apiVersion: 1
datasources:
  - name: Quantum Prometheus
    uid: ${DATASOURCE_UID}
    type: prometheus
    access: proxy
    url: http://localhost:9090
`;

const DASHBOARDS_FILE = `${GENERATED}apiVersion: 1
providers:
  - name: quantum
    folder: Quantum
    type: file
    # What is edited in the browser would be lost with the next release: save a copy.
    allowUiUpdates: false
    updateIntervalSeconds: 60
    options:
      path: ${DASHBOARDS}
`;

/** The files of deploy/grafana that are generated, by path from the root. */
export const grafanaFiles = (): Readonly<Record<string, string>> => ({
  'deploy/grafana/provisioning/datasources/quantum.yml': DATASOURCES_FILE,
  'deploy/grafana/provisioning/dashboards/quantum.yml': DASHBOARDS_FILE,
  ...Object.fromEntries(
    dashboards().map((spec) => [
      `deploy/grafana/dashboards/${spec.uid}.json`,
      `${JSON.stringify(dashboardOf(spec), null, 2)}\n`,
    ]),
  ),
});
