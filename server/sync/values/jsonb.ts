import { decimalText, parseDecimal, plainDecimal } from './decimal.ts';
import { isExactNumber } from './exact-json.ts';
import type { Json } from './types.ts';

/** As PostgreSQL writes a jsonb: short names first, a blank after colon and comma, no exponents. */
export function jsonbText(value: Json): string {
  return write(value, { comma: ', ', colon: ': ', number: decimalText });
}

/** One spelling for all that PostgreSQL holds to be equal. */
export function jsonbKey(value: Json): string {
  return write(value, { comma: ',', colon: ':', number: plainDecimal });
}

type Form = { comma: string; colon: string; number: typeof decimalText };

function write(value: Json, form: Form): string {
  if (typeof value === 'number') return numberText(String(value), form);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isExactNumber(value)) return numberText(value.rawJSON, form);
  if (Array.isArray(value)) return `[${value.map((one) => write(one, form)).join(form.comma)}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => ({ name, bytes: Buffer.from(name), member }))
    .sort((a, b) => a.bytes.length - b.bytes.length || a.bytes.compare(b.bytes))
    .map(({ name, member }) => `${JSON.stringify(name)}${form.colon}${write(member, form)}`);
  return `{${members.join(form.comma)}}`;
}

function numberText(text: string, form: Form): string {
  const decimal = parseDecimal(text);
  return decimal === undefined ? text : form.number(decimal);
}
