import type { Rng } from '@quantum/testbed';

/** Draws the next return of a series, with mean 0 and variance 1 in the long run. */
export type Series = () => number;
/** Begins a series. */
export type Noise = (random: Rng) => Series;

/** Standard normal numbers, by Box and Muller. */
export function normal(random: Rng): Series {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Each return depends on the last: x = phi * last + noise. */
export const autoregressive =
  (phi: number): Noise =>
  (random) => {
    const next = normal(random);
    let last = next();
    return () => (last = phi * last + Math.sqrt(1 - phi * phi) * next());
  };

/** GARCH(1, 1): quiet and wild stretches. variance = 1 - alpha - beta + alpha * last^2 + beta * last variance. */
export const garch =
  (alpha: number, beta: number): Noise =>
  (random) => {
    const next = normal(random);
    let [variance, last] = [1, 1];
    return () => {
      variance = 1 - alpha - beta + alpha * last * last + beta * variance;
      last = Math.sqrt(variance) * next();
      return last;
    };
  };

/** Student's t with a whole number of degrees of freedom above 2: heavy tails. */
export const student =
  (freedom: number): Noise =>
  (random) => {
    const next = normal(random);
    return () => {
      let squares = 0;
      for (let i = 0; i < freedom; i += 1) squares += next() ** 2;
      return (next() / Math.sqrt(squares / freedom)) * Math.sqrt((freedom - 2) / freedom);
    };
  };

/** Half of each day with a larger standard deviation than the other, by this factor. */
export const dayNight =
  (perDay: number, factor: number): Noise =>
  (random) => {
    const next = normal(random);
    const night = Math.sqrt(2 / (1 + factor * factor));
    let i = 0;
    return () => {
      const isDay = (i % perDay) * 2 < perDay;
      i += 1;
      return (isDay ? factor * night : night) * next();
    };
  };

/** Noise of every kind, by name. */
export const NOISES: Readonly<Record<string, Noise>> = {
  'independent, normal': normal,
  'autoregressive, 0.3': autoregressive(0.3),
  'autoregressive, -0.3': autoregressive(-0.3),
  'GARCH(1, 1), 0.1 and 0.88': garch(0.1, 0.88),
  'heavy tails, Student t 3': student(3),
};
