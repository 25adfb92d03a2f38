import * as z from 'zod';
import { code } from './markdown.js';

/** A zod object whose fields have descriptions. */
export type ObjectSchema = z.ZodObject;

/** A field of an object that the services write. */
interface FieldRow {
  name: string;
  /** Its JSON type, or the values that it can have. */
  type: string;
  optional: boolean;
  meaning: string;
}

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly JsonSchema[];
  items?: JsonSchema;
}

/** More values than this are not listed: they have a list of their own. */
const MAX_VALUES = 4;

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum && schema.enum.length <= MAX_VALUES) return schema.enum.map((value) => code(JSON.stringify(value))).join(', '); // prettier-ignore
  if (schema.anyOf) return [...new Set(schema.anyOf.map((each) => each.type ?? typeOf(each)))].join(', ');
  if (schema.items) return `array of ${typeOf(schema.items)}s`;
  return schema.type ?? 'any';
}

/** The fields of a schema, in its order, with their types. */
export const fieldRows = (schema: ObjectSchema): FieldRow[] =>
  Object.entries(schema.shape).map(([name, field]) => ({
    name,
    type: typeOf(z.toJSONSchema(field as z.ZodType) as JsonSchema),
    optional: (field as z.ZodType).safeParse(undefined).success,
    meaning: (field as z.ZodType).description ?? '',
  }));
