import type { Facts } from '../facts.js';
import { alike, type Check } from '../finding.js';
import { INPUT_LIST } from '../inputs.js';
import { plainSymbol, printable } from '../words.js';

/** Where a symbol is named, and by whom. */
interface Named {
  readonly symbol: string;
  readonly key: string;
  readonly writer: string;
}

/** P2.9 names the symbols of targets, which everything else is compared with. */
const namesIn = ({ hashes, plans, planStream }: Facts): readonly Named[] => [
  ...INPUT_LIST.flatMap(([name, { writer }]) => hashes[name].map(({ symbol, key }) => ({ symbol, key, writer }))),
  ...plans.flatMap(({ fields: { symbol } }) =>
    symbol === undefined ? [] : { symbol, key: planStream?.key ?? '', writer: 'who publishes plans' },
  ),
];

export const spelling: Check = {
  name: 'spelling',
  harm: 'part',
  finds: 'symbols that one side spells differently: `BTC/USDT`, `BTC-USDT`, lower case',
  find: (facts) => {
    const names = namesIn(facts);
    const first = new Map<string, Named>();
    for (const named of names) if (!first.has(plainSymbol(named.symbol))) first.set(plainSymbol(named.symbol), named);
    const odd = names.filter(({ symbol }) => first.get(plainSymbol(symbol))?.symbol !== symbol);
    return alike(
      odd,
      ({ writer }) => writer,
      ({ symbol, key, writer }) => {
        const known = first.get(plainSymbol(symbol));
        return {
          key: printable(key),
          field: 'symbol',
          value: printable(symbol),
          means: `${known?.writer ?? ''} writes ${printable(known?.symbol ?? '')}. To the services these are two symbols: neither has both target and score.`,
          owner: writer,
          remedy: 'agree on one spelling with the others: that of the exchange, like BTCUSDT',
        };
      },
    );
  },
}; // prettier-ignore
