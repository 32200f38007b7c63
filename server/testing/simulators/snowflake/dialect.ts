import { quoted } from './names.ts';
import { is, type Token } from './tokens.ts';

const keywords = new Set(
  `SELECT FROM WHERE AND OR NOT NULL IS IN AS ON CASE WHEN THEN ELSE END ORDER BY GROUP HAVING LIMIT
   OFFSET ASC DESC NULLS FIRST LAST DISTINCT LIKE ESCAPE BETWEEN EXISTS UNION ALL JOIN LEFT INNER CROSS
   INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE DROP IF VIEW PRIMARY KEY TRUE FALSE CAST WITH
   BEGIN COMMIT ROLLBACK DEFAULT`.split(/\s+/),
);
const beforeTables = ['FROM', 'JOIN', 'INTO', 'TABLE', 'UPDATE', 'USING', 'VIEW', 'EXISTS'];
const renamed: Readonly<Record<string, string>> = { CURRENT_TIMESTAMP: 'SF_NOW', LIKE: 'LIKE' };

/** A statement in the words of the engine. */
export function translated(tokens: readonly Token[], schema: string): string {
  const parts: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const flattened = flattenAt(tokens, at);
    if (flattened) {
      parts.push('json_each(?)');
      at = flattened;
      continue;
    }
    if (isName(tokens, at) && isTable(tokens, at)) {
      const { name, end } = tableAt(tokens, at, schema);
      parts.push(quoted(name));
      at = end;
      continue;
    }
    parts.push(wordOf(tokens, at));
    at += 1;
  }
  return parts.join(' ');
}

/** A table's name with its schema; that of the session where there is none. */
export function tableAt(tokens: readonly Token[], from: number, schema: string) {
  const names = [tokens[from]!.text];
  let end = from + 1;
  while (is(tokens[end], '.')) {
    names.push(tokens[end + 1]!.text);
    end += 2;
  }
  const [table = '', given = schema] = names.reverse();
  return { name: `${given}.${table}`, schema: given, table, end };
}

function isName(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!;
  return token.kind === 'name' || (token.kind === 'word' && !keywords.has(token.text));
}

function isTable(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before?.kind !== 'word' || !beforeTables.includes(before.text)) return false;
  if (is(before, 'FROM') && is(tokens[at - 2], 'DISTINCT') && is(tokens[at - 3], 'IS', 'NOT')) {
    return false;
  }
  return !is(tokens[at + 1], '(') || is(before, 'INTO', 'EXISTS', 'TABLE');
}

/** `TABLE(FLATTEN(INPUT => PARSE_JSON(?)))`, of which the end is answered. */
function flattenAt(tokens: readonly Token[], at: number): number | undefined {
  const shape = [
    'TABLE',
    '(',
    'FLATTEN',
    '(',
    'INPUT',
    '=>',
    'PARSE_JSON',
    '(',
    '?',
    ')',
    ')',
    ')',
  ];
  return shape.every((one, place) => is(tokens[at + place], one)) ? at + shape.length : undefined;
}

function wordOf(tokens: readonly Token[], at: number): string {
  const { kind, text } = tokens[at]!;
  if (kind === 'text') return `'${text.replaceAll("'", "''")}'`;
  if (kind === 'name') return quoted(text);
  if (kind !== 'word') return text;
  if (is(tokens[at + 1], '(') && !is(tokens[at - 1], '.') && !keywords.has(text)) {
    return renamed[text] ?? text.replaceAll('$', '_');
  }
  return keywords.has(text) ? text : quoted(text);
}
