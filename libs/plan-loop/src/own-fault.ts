const OWN: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** Whether an error is a fault of this program, which the same entries bring about again, and no outage. */
export const isOwnFault = (error: unknown): error is Error => error instanceof Error && OWN.has(error.name);
