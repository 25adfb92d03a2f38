import charts from './charts.css';
import style from './page.css';
import tables from './tables.css';

/** What a page holds apart from its report: it loads nothing and runs nothing. */
export const PAGE_STYLE = style + tables + charts;
