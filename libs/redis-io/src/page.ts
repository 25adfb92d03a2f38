import FIELD_OF from './lua/field-of.lua';
import TAKE_PAGE from './lua/take-page.lua';

/** First part of a script that reads a stream in bounded pages: lua/take-page.lua and lua/field-of.lua. */
export const PAGE_LUA = TAKE_PAGE + FIELD_OF;
