export { finite, logUniform, magnitude, uniform } from './ranges.js';
export { confidence, multiplier, priceUsd, qty, score, timeAround, usd } from './market.js';
export { anyText } from './text.js';
