import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Refusal } from './refusal.ts';
import { isNumber, momentStored, numberShown, numberStored, type Stored } from './values.ts';

type Argument = Stored;
type Result = SQLInputValue;

/** The functions of Snowflake that the engine does not have; what is null stays so. */
const functions: Readonly<Record<string, (...given: Argument[]) => Result>> = {
  TO_NUMBER: (value, precision, scale) =>
    numberStored(plain(value), numbered(precision, 38), numbered(scale, 0)),
  TO_DOUBLE: (value) => {
    const text = plain(value);
    if (/^nan$/i.test(text)) return 'NaN';
    const infinite = /^([-+]?)inf/i.exec(text);
    if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const number = Number(text);
    if (!Number.isNaN(number)) return number;
    throw new Refusal('100038', '22018', `Numeric value '${text}' is not recognized`);
  },
  TO_BOOLEAN: (value) => {
    const text = plain(value).toLowerCase();
    if (/^(true|t|yes|y|on|1)$/.test(text)) return 1;
    if (/^(false|f|no|n|off|0)$/.test(text)) return 0;
    throw new Refusal('100037', '22018', `Boolean value '${text}' is not recognized`);
  },
  TO_DATE: (value) => momentStored(plain(value), false).slice(0, 10),
  TO_TIME: (value) => momentStored(`1970-01-01T${plain(value)}`, false).slice(11),
  TO_TIMESTAMP_NTZ: (value) => momentStored(plain(value), false),
  TO_TIMESTAMP_TZ: (value) => momentStored(plain(value), true),
  TO_TIMESTAMP_LTZ: (value) => momentStored(plain(value), true).replace(/ .*/, ' 0'),
  CONVERT_TIMEZONE: (_, value) => plain(value).replace(/ .*/, ' 0'),
  TO_BINARY: (value) => Buffer.from(plain(value), 'hex'),
  PARSE_JSON: (value) => {
    try {
      JSON.parse(plain(value));
    } catch {
      throw new Refusal('100069', '22P02', 'Error parsing JSON');
    }
    return plain(value);
  },
  TO_GEOGRAPHY: (value) => {
    if (/^[A-Z]+\s*\(/.test(plain(value))) return plain(value);
    throw new Refusal('100069', '22023', 'Error parsing Geo input');
  },
  TO_OBJECT: (value) => plain(value),
  TO_ARRAY: (value) => plain(value),
  TO_JSON: (value) => plain(value),
  GET: (value, at) => {
    const found: unknown = JSON.parse(plain(value))[Number(at)];
    return found === null || found === undefined ? null : JSON.stringify(found);
  },
  AS_VARCHAR: (value) => {
    const found: unknown = JSON.parse(plain(value));
    return typeof found === 'string' ? found : null;
  },
  TO_VARCHAR: (value, format) => varchar(value, format === undefined ? '' : String(format)),
  SF_NOW: () => momentStored(new Date().toISOString(), true),
  CURRENT_VERSION: () => '9.38.1',
  CURRENT_DATABASE: () => 'HEDDLE',
  CURRENT_SCHEMA: () => 'PUBLIC',
};

/** Makes them known to a connection of the engine. */
export function addFunctions(engine: DatabaseSync): void {
  for (const [name, work] of Object.entries(functions)) {
    const isConstant = work.length === 0;
    engine.function(name, { varargs: true, useBigIntArguments: true }, (...given: Stored[]) =>
      !isConstant && (given[0] === null || given[1] === null) ? null : work(...given),
    );
  }
}

function varchar(value: Stored, format: string): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase();
  const text = plain(value);
  if (/^HH24/.test(format)) return text;
  if (/^YYYY-MM-DD HH24/.test(format)) return text.replace(/ .*/, '').replace('T', ' ');
  return text;
}

function plain(value: Stored): string {
  return isNumber(value) ? numberShown(value) : String(value);
}

function numbered(value: Stored | undefined, standard: number): number {
  return value === undefined ? standard : Number(value);
}
