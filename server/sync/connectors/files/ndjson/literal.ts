import { readExactly } from '../../../values/exact-json.ts';
import type { Json } from '../../../values/types.ts';

/** Numbers whose spelling a JavaScript number would lose: 1.0, 1.50, 1e5 and what is beyond its digits. */
const spelled = /\.\d*0(?!\d)|[\d.]{16,}|\d[eE][+-]?\d|-0/;

/** The value of a JSON text, its numbers with all their digits; nothing for what is no JSON. */
export function parseLiterally(text: string): Json | undefined {
  if (!spelled.test(text)) return readExactly(text);
  try {
    return JSON.parse(text, (_name, value, context: { source?: string } = {}) => {
      const { source } = context;
      if (typeof value !== 'number' || source === undefined) return value;
      const isHeld = !Number.isInteger(value) || Number.isSafeInteger(value);
      return isHeld && String(value) === source ? value : JSON.rawJSON(source);
    });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
