/** What a name may have at most. */
export const nameCharactersMax = 64;

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

/** The session pins the settings by which this is a text and nothing else. */
export function literal(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (one) => (one === '\0' ? '\\0' : `\\${one}`))}'`;
}

export function bytesLiteral(bytes: Buffer): string {
  return `x'${bytes.toString('hex')}'`;
}
