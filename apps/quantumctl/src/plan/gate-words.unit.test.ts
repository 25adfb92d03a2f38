import { expect, it } from '@jest/globals';
import { defineGate, PASS, type GateInput, type GateLimits } from '@quantum/risk-gates';
import { gateWords } from './gate-words.js';

it('shows what a gate without words of its own declares', () => {
  const gate = defineGate({
    name: 'max_leverage',
    summary: '',
    appliesTo: 'opens',
    defaultMode: 'shadow',
    fields: {
      leverage: { field: 'leverage', holds: '', absent: '' },
      venue: { field: 'venue_id', holds: '', absent: '' },
    },
    limits: { maxLeverage: { variable: 'GOV_MAX_LEVERAGE', kind: 'number', default: 20, describe: '' } },
    evaluate: () => PASS,
  });
  const [input, limits] = [{ leverage: 20.5 }, { maxLeverage: 20 }] as unknown as [GateInput, GateLimits];
  expect(gateWords(gate, input, limits)).toBe('leverage 20.5, venue_id not stated, GOV_MAX_LEVERAGE 20');
});
