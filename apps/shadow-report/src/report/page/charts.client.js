/* Runs in the page: draws the charts from the data that stands in it, in the colours of the style sheet. */
(() => {
  const { buckets, multipliers, earned } = JSON.parse(document.getElementById('data').textContent);
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const percent = (_, values) => values.map((value) => `${+(value * 100).toFixed(1)} %`);
  const usd = (_, values) => values.map((value) => `${value.toLocaleString('en-US')}`);
  const time = { time: true };
  const days = buckets.length > 1 && buckets.at(-1).fromSec - buckets[0].fromSec > 86_400;
  const clock = (_, values) =>
    values.map((sec) =>
      new Date(sec * 1000)
        .toISOString()
        .slice(days ? 5 : 11, 16)
        .replace('T', ' '),
    );
  const at = buckets.map(({ fromSec }) => fromSec);
  const reasons = [...new Set(buckets.flatMap(({ states }) => Object.keys(states)))]
    .filter((name) => name !== 'ok')
    .sort();
  const shareOf = (reason) =>
    buckets.map(({ states }) => (states[reason] ?? 0) / Object.values(states).reduce((sum, count) => sum + count, 0));
  const running = (values) => {
    let sum = 0;
    return values.map((value) => (sum += value));
  };

  const charts = {
    reasons: () => ({
      data: [at, ...reasons.map(shareOf)],
      series: reasons.map((label, i) => ({
        label,
        stroke: color(`series-${i + 1}`),
        width: 2,
        value: (_, v) => (v == null ? '' : `${(v * 100).toFixed(1)} %`),
      })),
      x: time,
      values: percent,
    }),
    sums: () => ({
      data: [
        at,
        buckets.map(({ baseUsd, proposedUsd }) => (baseUsd > 0 ? proposedUsd / baseUsd : null)),
        at.map(() => 1),
      ],
      series: [
        { label: 'proposals / bases', stroke: color('series-1'), width: 2 },
        { label: 'as the bases', stroke: color('muted'), width: 1, dash: [4, 4] },
      ],
      x: time,
    }),
    multipliers: () => ({
      data: [multipliers.map(([middle]) => middle), multipliers.map(([, count]) => count)],
      series: [
        {
          label: 'proposals',
          stroke: color('series-1'),
          fill: color('series-1'),
          width: 0,
          points: { show: false },
          paths: uPlot.paths.bars({ size: [0.8, 12] }),
        },
      ],
      x: { time: false },
    }),
    earned: () => ({
      data: [earned.at, running(earned.base), running(earned.proposed)],
      series: [
        { label: 'bases, USD', stroke: color('series-1'), width: 2 },
        { label: 'proposals, USD', stroke: color('series-2'), width: 2 },
      ],
      x: time,
      values: usd,
    }),
  };

  function draw() {
    for (const figure of document.querySelectorAll('[data-chart]')) {
      const { data, series, x, values } = charts[figure.dataset.chart]();
      const axis = {
        stroke: color('muted'),
        grid: { stroke: color('grid'), width: 1 },
        ticks: { stroke: color('grid'), width: 1 },
      };
      figure.replaceChildren();
      new uPlot(
        {
          width: figure.clientWidth,
          height: 260,
          scales: { x },
          tzDate: (sec) => uPlot.tzDate(new Date(sec * 1000), 'Etc/UTC'),
          series: [{ label: x.time ? 'UTC' : 'multiplier' }, ...series],
          axes: [
            { ...axis, ...(x.time && { values: clock }) },
            { ...axis, size: 70, ...(values && { values }) },
          ],
        },
        data,
        figure,
      );
    }
  }
  draw();
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
