#!/usr/bin/env bash
# orderbooks trims the bids wrong: the lowest one always stays, and a better one goes. With a bid of 200 BTC at half the
# price, it estimates that a sale of 150 BTC loses 955 basis points, and not 7.5.
#
# Tried on 2026-11-30 with orderbooks 1.1.14 (npm) on Node 20.20.
#
# Promise: the README says that a book is kept trimmed to its maximum depth, which is 250 by default, 125 bids and 125
# asks. The comments in the code say that the edges are trimmed: the highest asks and the lowest bids.
# Behaviour: the surplus of bids is removed one place too high. The lowest bid stays, and the last of the best 125 goes.
# So a bid far below the market keeps its place until it is deleted or a lower one arrives. Asks are trimmed right. An
# order too large for the kept asks is refused with an error, but a sale of that size is filled from the bid far away.
# Output seen (1 BTC at each of 200 prices per side around 100,000, in steps of 1; then 200 BTC at 50,000 and 150,000):
#   200 prices per side: lowest bids 99876 and 99800, exact 99876 and 99875; imbalance 0.00, exact 0.00
#   200 BTC far away: lowest bids 99876 and 50000, exact 99876 and 99875; imbalance 0.44, exact 0.00
#   100 BTC: sale 5.0, exact 5.0 basis points; purchase 4.9
#   150 BTC: sale 955.0, exact 7.5 basis points; purchase Could not fill the entire order
#   200 BTC: sale 2351.5, exact 10.0 basis points; purchase Could not fill the entire order
#   after an update with a bid of 40000: lowest bids 99876 and 40000, exact 99876 and 99875; imbalance 0.00, exact 0.00
#
# Why it matters: full snapshots hold bids far below the market, above all those of thin markets. The imbalance of a
# book is a common signal, and here it reports strong demand in a balanced market. A limit on slippage then refuses
# sales that the market would fill at 8 basis points. Trim the levels before they go into the book, and set a maxDepth
# that is never reached.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts orderbooks@1.1.14 || exit 2
cat >"$T/check.js" <<'JS'
const { OrderBooksStore, OrderBookLevel } = require('orderbooks');

const SYMBOL = 'BTCUSDT';
const DEPTH = 125; // per side, half of the default of 250
const level = (side, price, quantity) => OrderBookLevel(SYMBOL, price, side, quantity);
function ladder() {
  return Array.from({ length: 200 }, (_, i) => [level('Buy', 99999 - i, 1), level('Sell', 100001 + i, 1)]).flat();
}
const far = [level('Buy', 50000, 200), level('Sell', 150000, 200)];
const side = (levels, name) => levels.filter(([, , which]) => which === name);
/** The best levels of one side, best first. */
function best(levels, name) {
  const sign = name === 'Buy' ? -1 : 1;
  return side(levels, name).sort((a, b) => sign * (a[1] - b[1])).slice(0, DEPTH);
}
const volume = (levels, name) => side(levels, name).reduce((sum, [, , , quantity]) => sum + quantity, 0);
const imbalance = (levels) => (volume(levels, 'Buy') - volume(levels, 'Sell')) / (volume(levels, 'Buy') + volume(levels, 'Sell'));
/** Basis points that an order loses against the best price, in the whole book. */
function slippage(levels, quantity, name) {
  let [left, paid] = [quantity, 0];
  const sign = name === 'Sell' ? -1 : 1;
  const rows = side(levels, name === 'Sell' ? 'Buy' : 'Sell').sort((a, b) => sign * (a[1] - b[1]));
  for (const [, price, , available] of rows) {
    const filled = Math.min(left, available);
    paid += filled * price;
    left -= filled;
  }
  const average = paid / quantity;
  return 1e4 * (name === 'Sell' ? rows[0][1] / average - 1 : average / rows[0][1] - 1);
}
function estimate(store, quantity, name) {
  try {
    return store.getEstimatedSlippage(SYMBOL, quantity, name).slippageBasisPoints.toFixed(1);
  } catch (error) {
    return error.message;
  }
}
function show(title, store, all) {
  const kept = store.getBook(SYMBOL).getBookState();
  const exact = [...best(all, 'Buy'), ...best(all, 'Sell')];
  const ends = (levels) => best(levels, 'Buy').slice(-2).map(([, price]) => price).join(' and ');
  console.log(`${title}: lowest bids ${ends(kept)}, exact ${ends(exact)}; imbalance ${imbalance(kept).toFixed(2)}, exact ${imbalance(exact).toFixed(2)}`);
  const asks = JSON.stringify(best(kept, 'Sell')) === JSON.stringify(best(all, 'Sell'));
  return { asks, bids: best(kept, 'Buy').at(-1)[1], imbalance: imbalance(kept), count: side(kept, 'Buy').length };
}
const store = new OrderBooksStore();
store.handleSnapshot(SYMBOL, ladder());
const plain = show('200 prices per side', store, ladder());
const all = [...ladder(), ...far];
store.handleSnapshot(SYMBOL, [...all]);
const wide = show('200 BTC far away', store, all);
const sales = [100, 150, 200].map((quantity) => {
  const seen = estimate(store, quantity, 'Sell');
  const exact = slippage(all, quantity, 'Sell');
  console.log(`${quantity} BTC: sale ${seen}, exact ${exact.toFixed(1)} basis points; purchase ${estimate(store, quantity, 'Buy')}`);
  return { seen: Number(seen), exact };
});
const lower = [level('Buy', 40000, 1), level('Sell', 160000, 1)];
store.handleDelta(SYMBOL, [], [...lower], []);
const updated = show('after an update with a bid of 40000', store, [...all, ...lower]);
if (![plain, wide, updated].every(({ asks, count }) => asks && count === DEPTH)) throw new Error('the comparison is wrong');
if (Math.abs(sales[0].seen - sales[0].exact) > 0.1) throw new Error('the comparison is wrong');
const holds = plain.bids === 99800 && wide.bids === 50000 && updated.bids === 40000 && wide.imbalance > 0.3;
if (!holds || sales[1].seen < 10 * sales[1].exact) throw new Error('CHANGED: bids are trimmed at the edge');
JS
node "$T/check.js"
