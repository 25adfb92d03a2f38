import type { Permit } from '@quantum/redis-schemas';
import type { ReplayableDecorator } from './decorator.js';

/** The decorators beside the efficiency hint. Another team's joins the list here: the governor and replay ask each of them. */
export const DECORATORS: readonly ReplayableDecorator<Partial<Permit>>[] = [];
