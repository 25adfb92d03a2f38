export const HOUR_SEC = 3600;
export const DAY_SEC = 86_400;
export const WEEK_SEC = 604_800;
export const YEAR_SEC = 31_536_000;
