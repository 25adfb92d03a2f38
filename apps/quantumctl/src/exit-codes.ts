/** Refused, not applied, or unhealthy. */
export const EXIT_REFUSED = 1;
/** The command line is wrong, or a question that needs a person cannot be asked. */
export const EXIT_USAGE = 2;
/** Redis cannot be used. */
export const EXIT_UNREACHABLE = 3;
