import {
  DashboardCursorSync,
  VariableRefresh,
  type Dashboard,
  type Panel,
  type RowPanel,
  type VariableModel,
} from '@grafana/schema';
import { panelOf, stableId, type PanelSpec } from './panel.js';

/** A dashboard as it is declared. */
export interface DashboardSpec {
  /** Also the name of its file. A dashboard keeps it for ever: links name it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
  /** A metric whose symbols the reader may choose from. */
  readonly symbolsOf?: string;
}

/** The layout of Grafana 10.4. Newer ones migrate it when they load it. */
export const SCHEMA_VERSION = 39;
/** The data source that deploy/grafana provisions. */
export const DATASOURCE_UID = 'quantum-prometheus';

const COLUMNS = 24;
const HEIGHT = { stat: 4, timeseries: 8, 'state-timeline': 8, table: 8 } as const;

/** Puts panels beside each other while they fit, then below. Returns the first free line too. */
function flow(uid: string, specs: readonly PanelSpec[], top: number): { panels: Panel[]; end: number } {
  let [x, y, lineHeight] = [0, top, 0];
  const panels = specs.map((spec) => {
    const [w, h] = [spec.width ?? 8, HEIGHT[spec.kind ?? 'timeseries']];
    if (x + w > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    const panel = panelOf(uid, spec, { x, y, w, h });
    [x, lineHeight] = [x + w, Math.max(lineHeight, h)];
    return panel;
  });
  return { panels, end: y + lineHeight };
}

function layOut({ uid, rows }: DashboardSpec): (Panel | RowPanel)[] {
  let y = 0;
  return rows.flatMap(({ title, panels: specs }) => {
    const id = stableId(`${uid}/row/${title}`);
    const row: RowPanel = {
      id,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    };
    const { panels, end } = flow(uid, specs, y + 1);
    y = end;
    return [row, ...panels];
  });
}

function variables({ symbolsOf }: DashboardSpec): VariableModel[] {
  const datasource: VariableModel = {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    current: { text: 'Quantum Prometheus', value: DATASOURCE_UID },
  };
  if (symbolsOf === undefined) return [datasource];
  const symbol: VariableModel = {
    name: 'symbol',
    label: 'Symbol',
    type: 'query',
    datasource: { type: 'prometheus', uid: '${datasource}' },
    query: { query: `label_values(${symbolsOf}, symbol)`, refId: 'symbols' },
    refresh: VariableRefresh.onTimeRangeChanged,
    multi: true,
  };
  return [datasource, symbol];
}

/** The dashboard as Grafana reads it. */
export function dashboardOf(spec: DashboardSpec): Dashboard {
  const { uid, title, description } = spec;
  return {
    uid,
    title,
    description,
    tags: ['quantum'],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    timezone: 'utc',
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    templating: { list: variables(spec) },
    links: [
      {
        title: 'Quantum',
        type: 'dashboards',
        tags: ['quantum'],
        asDropdown: true,
        icon: 'external link',
        includeVars: false,
        keepTime: true,
        targetBlank: false,
        tooltip: 'The other dashboards of the services',
        url: '',
      },
    ],
    panels: layOut(spec),
  };
}
