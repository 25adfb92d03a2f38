import { counter, gauge, serverGauges, type Declaration } from './declaration.js';

const STATUSES = ['200', '303', '400', '401', '404', '405', '413', '421', '503'];

export const CONSOLE = {
  requests: counter('console_requests_total', 'Requests answered, by status', { status: STATUSES }),
  clients: gauge('console_open_pages', 'Pages that follow by a stream of events', {}),
  ...serverGauges('console'),
} as const satisfies Record<string, Declaration>;
