import { createHash } from 'node:crypto';
import {
  FieldColorModeId,
  MappingType,
  ThresholdsMode,
  type FieldConfig,
  type GridPos,
  type Panel,
} from '@grafana/schema';

/** A value from which on it has a colour. */
export type Step = readonly [from: number, color: 'green' | 'yellow' | 'orange' | 'red'];

/** One query of a panel. Grafana fills in `{{label}}` of its legend. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel as it is declared. */
export interface PanelSpec {
  /** Unique within its dashboard. A panel that keeps its title keeps its id, and so its links. */
  readonly title: string;
  readonly description: string;
  /** A unit of Grafana, by its id: `s`, `cpm`, `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly kind?: 'timeseries' | 'stat' | 'state-timeline' | 'table';
  /** From the least on; below the first it is green, or what `below` says. */
  readonly steps?: readonly Step[];
  readonly below?: Step[1];
  /** Words for values. */
  readonly words?: Readonly<Record<number, string>>;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** Columns of 24, 8 by default. */
  readonly width?: number;
}

/** The data source that the reader of a dashboard chooses. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A number that follows from a text alone, small enough for every reader of JSON. */
export const stableId = (text: string): number =>
  Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 7), 16);

function fieldDefaults(spec: PanelSpec): FieldConfig {
  const { unit, steps = [], below = 'green', words, min, max, decimals, kind = 'timeseries' } = spec;
  return {
    unit,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(decimals !== undefined && { decimals }),
    thresholds: {
      mode: ThresholdsMode.Absolute,
      steps: [{ color: below, value: null }, ...steps.map(([value, color]) => ({ color, value }))],
    },
    ...(words && {
      mappings: [
        {
          type: MappingType.ValueToText,
          options: Object.fromEntries(Object.entries(words).map(([value, text], index) => [value, { index, text }])),
        },
      ],
    }),
    color: { mode: kind === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds },
    ...(kind === 'timeseries' && {
      custom: {
        lineWidth: 1,
        fillOpacity: 5,
        showPoints: 'never',
        // A gap longer than a minute is a gap: nothing is drawn over the time without samples.
        spanNulls: 60_000,
        thresholdsStyle: { mode: steps.length > 0 ? 'line' : 'off' },
      },
    }),
  };
}

const OPTIONS: Readonly<Record<NonNullable<PanelSpec['kind']>, Record<string, unknown>>> = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    colorMode: 'background',
    graphMode: 'none',
    justifyMode: 'center',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    textMode: 'auto',
  },
  'state-timeline': { alignValue: 'left', mergeValues: true, rowHeight: 0.9, showValue: 'auto' },
  table: { cellHeight: 'sm', showHeader: true },
};

/** The panel as Grafana reads it. `dashboard`: its uid. */
export function panelOf(dashboard: string, spec: PanelSpec, gridPos: GridPos): Panel {
  const { title, description, queries, kind = 'timeseries' } = spec;
  return {
    id: stableId(`${dashboard}/${title}`),
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(kind === 'table' && { format: 'table', instant: true, range: false }),
      ...(kind === 'stat' && { instant: true, range: false }),
    })),
    fieldConfig: { defaults: fieldDefaults(spec), overrides: [] },
    options: OPTIONS[kind],
  };
}
