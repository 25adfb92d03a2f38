/** What P3.1 advises on a symbol's capital. */
export type CapitalPressure = 'INCREASE' | 'HOLD' | 'DECREASE';
