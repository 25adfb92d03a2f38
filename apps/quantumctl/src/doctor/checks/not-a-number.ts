import { parseNumber } from '@quantum/redis-schemas';
import { alike, type Check } from '../finding.js';
import { INPUT_LIST, lesserHarm, type FieldForm } from '../inputs.js';
import { shown, whyNoNumber, wrongUnit } from '../words.js';

/** Why a value is not what its field must hold; undefined where it is. */
function whyWrong(form: FieldForm, text: string, nowSec: number): string | undefined {
  if (form === 'text') return undefined;
  const value = parseNumber(text);
  if (value === undefined) return form === 'time' && /^\d{4}-/.test(text) ? undefined : whyNoNumber(text);
  if (form === 'share' && !(value >= 0 && value <= 1)) return 'it is not within 0..1';
  const unit = form === 'sec' ? wrongUnit(value, nowSec) : undefined;
  return unit && `it is in ${unit}; write unix seconds`;
}

/** Values that are there and cannot be used. One writer mostly writes all of its keys alike. */
export const notANumber: Check = {
  name: 'not-a-number',
  harm: 'idle',
  finds: 'numbers that are not numbers, shares outside 0..1, and times in another unit than seconds',
  find: ({ hashes, nowSec }) =>
    INPUT_LIST.flatMap(([name, input]) =>
      input.fields.flatMap(({ name: field, form }) =>
        alike(
          hashes[name].flatMap(({ key, fields: texts }) => {
            const text = texts[field];
            const why = text === undefined ? undefined : whyWrong(form, text, nowSec);
            return text === undefined || why === undefined ? [] : { key, text, why };
          }),
          ({ why }) => why,
          ({ key, text, why }, all) => ({
            key,
            ...lesserHarm(input, all.length === hashes[name].length),
            field,
            value: shown(text),
            means: `It cannot be used: ${why}. For this symbol it counts as absent.`,
            owner: input.writer,
            remedy: `write ${field} as ${FORMS[form]}`,
          }),
        ),
      ),
    ),
};

const FORMS: Readonly<Record<FieldForm, string>> = {
  number: 'decimal text, like 1234.5',
  share: 'decimal text from 0 to 1, like 0.9',
  sec: 'unix seconds, like 1763386800 or 1763386800.25',
  time: 'a unix time or an ISO time',
  text: 'text',
};
