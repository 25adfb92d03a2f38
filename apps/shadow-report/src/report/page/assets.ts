import uplotScript from 'uplot/dist/uPlot.iife.min.js';
import uplotStyle from 'uplot/dist/uPlot.min.css';
import charts from './charts.client.js';
import style from './page.css';

/** What a page holds besides its report: it loads nothing. */
export const PAGE_ASSETS = { scripts: [uplotScript, charts], styles: [uplotStyle, style] } as const;
