import { ConnectorError } from '../failure.ts';

/** What a name may have at most. */
export const nameCharactersMax = 64;

/** https://dev.mysql.com/doc/refman/8.4/en/identifiers.html: U+0001 to U+FFFF. */
const impossible = /[\0\u{10000}-\u{10FFFF}]/u;

export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A name with the database that it is in. */
export function quoteIn(schema: string, name: string): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** As it is stored: characters are counted as code points, and blanks at the end are refused. */
export function storedName(name: string): string {
  return [...name].slice(0, nameCharactersMax).join('').trimEnd();
}

/** What a table is made under. @throws ConnectorError for what is no name there */
export function tableName(name: string): string {
  return possible(name, 'object', 'name another table');
}

/** What a column is made under. @throws ConnectorError for what is no name there */
export function columnName(name: string): string {
  return possible(name, 'records', 'map the field to another name in "field_mappings"');
}

function possible(name: string, field: string, advice: string): string {
  const stored = storedName(name);
  if (!impossible.test(stored)) return stored;
  const message = `"${name}" has a character that no name in MySQL has, like an emoji; ${advice}.`;
  throw new ConnectorError('request', message, { field });
}

/** The session pins the settings by which this is a text and nothing else. */
export function literal(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (one) => (one === '\0' ? '\\0' : `\\${one}`))}'`;
}

export function bytesLiteral(bytes: Buffer): string {
  return `x'${bytes.toString('hex')}'`;
}
