const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for HTML. Components escape by themselves; this is for what is around them. */
export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
