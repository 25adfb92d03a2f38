const URL_PASSWORD = /(:\/\/[^:@/\s"]*):[^\s"]*@/g;
const QUERY_PASSWORD = /([?&][a-z_]*password=)[^&\s"]*/gi;

/** Replaces every password inside a URL (`scheme://user:password@host`, `?password=`) with `***`; leaves all else as it is. */
export const maskPasswords = (text: string): string =>
  text.replace(URL_PASSWORD, '$1:***@').replace(QUERY_PASSWORD, '$1***');
