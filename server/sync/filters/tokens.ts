import { failure } from './failures.ts';

export type Token = {
  kind: 'word' | 'name' | 'text' | 'number' | 'sign' | 'end';
  /** Without quotes; words that the grammar knows are found in `keyword`. */
  text: string;
  keyword: string | undefined;
  /** The first character is 1. */
  character: number;
};

const keywords = new Set([
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'BETWEEN',
  'IS',
  'NULL',
  'TRUE',
  'FALSE',
]);

const token = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{M}\p{N}_$]*)`,
    `(?<name>"[^"]*(?:""[^"]*)*")`,
    `(?<text>'[^']*(?:''[^']*)*')`,
    String.raw`(?<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`,
    `(?<sign><=|>=|<>|!=|[=<>(),.])`,
  ].join('|'),
  'uy',
);

/** @throws AppError 400 at the first character that begins nothing */
export function tokensOf(source: string, member: string): Token[] {
  const tokens: Token[] = [];
  let character = 1;
  for (let at = 0; at < source.length; ) {
    token.lastIndex = at;
    const groups = token.exec(source)?.groups;
    const [kind, written] = Object.entries(groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    if (kind === undefined || written === undefined || written === '""') {
      throw failure({ member, character }, unreadable(source.codePointAt(at)!));
    }
    if (written.includes('\0')) throw failure({ member, character }, 'holds a null byte');
    if (kind !== 'space') tokens.push(tokenOf(kind as Token['kind'], written, character));
    at += written.length;
    character += lengthOf(written);
  }
  tokens.push({ kind: 'end', text: '', keyword: undefined, character });
  return tokens;
}

/** How a message calls it. */
export function described({ kind, text }: Token): string {
  if (kind === 'end') return 'the end';
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (kind === 'text') return `the text '${shown}'`;
  return kind === 'name' ? `the name "${shown}"` : shown;
}

function tokenOf(kind: Token['kind'], written: string, character: number): Token {
  const upper = kind === 'word' ? written.toUpperCase() : '';
  const keyword = keywords.has(upper) ? upper : undefined;
  return { kind, text: unquoted(kind, written), keyword, character };
}

function unquoted(kind: Token['kind'], written: string): string {
  if (kind === 'text') return written.slice(1, -1).replaceAll("''", "'");
  return kind === 'name' ? written.slice(1, -1).replaceAll('""', '"') : written;
}

function unreadable(point: number): string {
  const sign = String.fromCodePoint(point);
  if (sign === "'") return "the text that begins here has no closing '";
  if (sign === '"') return 'the name that begins here is empty or has no closing "';
  return `expected a field, a value or a sign, found ${JSON.stringify(sign)}`;
}

function lengthOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
