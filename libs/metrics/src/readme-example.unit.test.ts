import { expect, it } from '@jest/globals';
import { createProposerMetrics, startMetricsServer } from './index.js';

it('the example of the README', async () => {
  const metrics = createProposerMetrics({ maxSymbols: 500 });
  const server = await startMetricsServer({
    host: '127.0.0.1',
    port: 0,
    registry: metrics.registry,
    readiness: () => ({ ready: false, reason: 'no cycle yet' }),
  });

  metrics.proposed.inc({ reason: 'ok' });
  metrics.bySymbol.set('BTCUSDT', { multiplier: 1.4, effScore: 0.9, effConfidence: undefined });
  metrics.bySymbol.retain(['BTCUSDT']); // the symbols that there are now

  const text = await (await fetch(`${server.url}/metrics`)).text();
  await server.close();

  expect(text).toContain('p29_shadow_multiplier{symbol="BTCUSDT"} 1.4');
});
