import { counter, serverGauges, type Declaration } from './declaration.js';

export const CONSOLE = {
  requests: counter('console_requests_total', 'Requests answered, by status', { status: ['200', '401', '404', '405'] }),
  ...serverGauges('console'),
} as const satisfies Record<string, Declaration>;
