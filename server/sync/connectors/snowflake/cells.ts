import { decimalText, parseDecimal, withPlaces } from '../../values/decimal.ts';
import { readExactly } from '../../values/exact-json.ts';
import { floatText, parseFloatExactly } from '../../values/floats.ts';
import { readInstantText, readTime } from '../../values/times.ts';
import type { Cell, FieldType } from '../../values/types.ts';
import type { Native } from './types.ts';

type Encoded = { readonly text: string } | { readonly problem: string };

const moment = `'YYYY-MM-DD HH24:MI:SS.FF9'`;
const rounded = { problem: 'The column would round the number.' };
const notOfType = { problem: 'This is not a value of the type of the column.' };
const cut = { problem: 'The column has fewer digits of the second.' };
const outOfRange = { problem: 'The number is out of the range of the column.' };
/** https://docs.snowflake.com/en/sql-reference/data-types-text */
const binaryBytesMax = 8_388_608;

/** The expression of a column as text that says all of it; numbers come so by themselves. */
export function selected(column: string, { word }: Native): string {
  switch (word) {
    case 'NUMBER':
    case 'FLOAT':
    case 'TEXT':
      return column;
    case 'DATE':
      return `to_varchar(${column}, 'YYYY-MM-DD')`;
    case 'TIME':
      return `to_varchar(${column}, 'HH24:MI:SS.FF9')`;
    case 'TIMESTAMP_NTZ':
      return `to_varchar(${column}, ${moment})`;
    case 'TIMESTAMP_TZ':
    case 'TIMESTAMP_LTZ':
      return `to_varchar(convert_timezone('UTC', ${column}), ${moment})`;
    case 'BINARY':
      return `to_varchar(${column}, 'HEX')`;
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
    case 'MAP':
      return `to_json(${column})`;
    default:
      return `to_varchar(${column})`;
  }
}

/** What came, as it travels. */
export function decoded(text: string, { word }: Native): Cell {
  switch (word) {
    case 'FLOAT':
      return floatOf(text);
    case 'BOOLEAN':
      return /^(true|1)$/i.test(text) ? 't' : 'f';
    case 'BINARY':
      return `\\x${text.toLowerCase()}`;
    case 'TIME':
    case 'TIMESTAMP_NTZ':
      return shortened(text);
    case 'TIMESTAMP_TZ':
    case 'TIMESTAMP_LTZ':
      return `${shortened(text)}+00`;
    default:
      return text;
  }
}

/** The parts of a second that say something. */
function shortened(text: string): string {
  return text.replace(/\.(\d*?)0*$/, (_, said: string) => (said === '' ? '' : `.${said}`));
}

function floatOf(text: string): string {
  if (/^-?inf/i.test(text)) return text.startsWith('-') ? '-Infinity' : 'Infinity';
  return /^nan$/i.test(text) ? 'NaN' : floatText('float8', Number(text));
}

/** A cell as the text that the column's function takes, or why the column would not keep it as it is. */
export function encoded(cell: string, from: FieldType, to: Native): Encoded {
  switch (to.word) {
    case 'NUMBER':
      return numberOf(cell, from, to);
    case 'FLOAT':
      return doubleOf(cell);
    case 'BOOLEAN':
      return booleanOf(cell);
    case 'DATE':
      return dateOf(cell, from);
    case 'TIME':
      return isCut(cell, to) ? cut : timeOf(cell);
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_TZ':
    case 'TIMESTAMP_LTZ':
      return isCut(cell, to) ? cut : momentOf(cell, from, to);
    case 'BINARY':
      return bytesOf(cell, from);
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return jsonOf(cell);
    default:
      return textOf(from.kind === 'boolean' ? wordOf(cell) : cell, to);
  }
}

/** Makes a value of the column from the text. */
export function written(text: string, { word, precision = 38, scale = 0 }: Native): string {
  switch (word) {
    case 'NUMBER':
      return `to_number(${text}, ${precision}, ${scale})`;
    case 'FLOAT':
      return `to_double(${text})`;
    case 'BOOLEAN':
      return `to_boolean(${text})`;
    case 'DATE':
      return `to_date(${text}, 'YYYY-MM-DD')`;
    case 'TIME':
      return `to_time(${text})`;
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_TZ':
    case 'TIMESTAMP_LTZ':
      return `to_${word.toLowerCase()}(${text})`;
    case 'BINARY':
      return `to_binary(${text}, 'HEX')`;
    case 'VARIANT':
      return `parse_json(${text})`;
    case 'OBJECT':
    case 'ARRAY':
      return `to_${word.toLowerCase()}(parse_json(${text}))`;
    case 'GEOGRAPHY':
    case 'GEOMETRY':
      return `to_${word.toLowerCase()}(${text})`;
    default:
      return text;
  }
}

/** Whether digits of the second would go that say something. */
function isCut(cell: string, { scale = 9 }: Native): boolean {
  const [, digits = ''] = /\.(\d+)/.exec(cell) ?? [];
  return /[1-9]/.test(digits.slice(scale));
}

function numberOf(
  cell: string,
  { kind }: FieldType,
  { precision = 38, scale = 0 }: Native,
): Encoded {
  const truth = { t: '1', f: '0' }[cell];
  const decimal = parseDecimal(kind === 'boolean' ? (truth ?? cell) : cell);
  if (decimal === undefined || typeof decimal === 'string') return notOfType;
  const fitting = withPlaces(decimal, scale);
  if (!fitting) return rounded;
  return fitting.digits.length > precision ? outOfRange : { text: decimalText(fitting) };
}

function doubleOf(cell: string): Encoded {
  if (/^-?Infinity$/.test(cell)) return { text: cell.replace('Infinity', 'inf') };
  if (cell === 'NaN') return { text: cell };
  if (parseDecimal(cell) === undefined) return notOfType;
  const value = parseFloatExactly('float8', cell);
  return value === undefined ? rounded : { text: String(value) };
}

function booleanOf(cell: string): Encoded {
  const text = { t: 'true', f: 'false', '1': 'true', '0': 'false' }[cell] ?? cell;
  return /^(true|false)$/i.test(text) ? { text } : notOfType;
}

function dateOf(cell: string, { kind }: FieldType): Encoded {
  if (/^timestamp/.test(kind)) return { problem: 'The column would cut the time.' };
  const read = readInstantText('date', cell);
  return 'problem' in read ? notOfType : yearIn(read.text ?? '');
}

function timeOf(cell: string): Encoded {
  if (/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{7,9}$/.test(cell)) return { text: cell };
  const read = readTime(cell);
  if ('problem' in read) return notOfType;
  return read.text?.startsWith('24') ? notOfType : { text: read.text ?? '' };
}

/** What is finer than a microsecond is as fine there. */
function momentOf(cell: string, { kind }: FieldType, { word }: Native): Encoded {
  const isZoned = word !== 'TIMESTAMP_NTZ';
  const fine = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.(\d{7,9})(\+00)?$/.exec(cell);
  if (kind === 'timestamptz' && !isZoned) {
    return { problem: 'The column has no zone, and would lose that of the moment.' };
  }
  const read = readInstantText(isZoned ? 'timestamptz' : 'timestamp', fine ? fine[1]! : cell);
  if ('problem' in read) return notOfType;
  const whole = (read.text ?? '').replace(/\+00$/, '');
  return yearIn(`${whole}${fine ? `.${fine[2]}` : ''}${isZoned ? ' +00:00' : ''}`);
}

/** https://docs.snowflake.com/en/sql-reference/data-types-datetime: years 1 to 9999. */
function yearIn(text: string): Encoded {
  const isThere = /^(?!0000)\d{4}-/.test(text) && !text.endsWith('BC');
  return isThere ? { text } : { problem: 'Snowflake has the years from 1 to 9999.' };
}

function bytesOf(cell: string, { kind }: FieldType): Encoded {
  const isHex = kind === 'bytea' && cell.startsWith('\\x');
  const hex = isHex ? cell.slice(2) : Buffer.from(cell).toString('hex');
  if (hex.length / 2 > binaryBytesMax)
    return { problem: 'These are more bytes than a column keeps.' };
  return { text: hex };
}

/** Numbers of more digits become floating-point ones there. */
function jsonOf(cell: string): Encoded {
  if (readExactly(cell) === undefined) return { problem: 'This is not valid JSON.' };
  const isLong = /(?<=[\s[{:,]|^)-?\d[\d.]{37,}(?=[\s\]},]|$)/.test(
    cell.replace(/"(?:[^"\\]|\\.)*"/g, '""'),
  );
  return isLong ? rounded : { text: cell };
}

function textOf(cell: string, { length }: Native): Encoded {
  if (!cell.isWellFormed()) return { problem: 'The text has a character that is none.' };
  const isLonger = length !== undefined && cell.length > length && [...cell].length > length;
  return isLonger ? { problem: 'The text is longer than the column allows.' } : { text: cell };
}

function wordOf(cell: string): string {
  return { t: 'true', f: 'false' }[cell] ?? cell;
}
