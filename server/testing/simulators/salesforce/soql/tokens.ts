import { malformed } from '../failures.ts';

export type Token =
  | { kind: 'word'; text: string }
  | { kind: 'string'; text: string; pattern: string }
  | { kind: 'number'; text: string }
  | { kind: 'date' | 'datetime'; text: string }
  | { kind: 'sign'; text: string };

const shapes: readonly [Exclude<Token['kind'], 'string'>, RegExp][] = [
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/y],
  ['date', /\d{4}-\d\d-\d\d(?![\dT])/y],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w:.-])/y],
  ['word', /[A-Za-z][\w.]*/y],
  ['sign', /<=|>=|!=|<>|[=<>(),]/y],
];
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

export function tokensOf(soql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < soql.length; ) {
    if (/\s/.test(soql[at] as string)) {
      at += 1;
      continue;
    }
    if (soql[at] === "'") {
      const read = stringAt(soql, at + 1);
      tokens.push(read.token);
      at = read.end;
      continue;
    }
    const found = shapes.map(([kind, shape]) => ({ kind, text: matchAt(shape, soql, at) }));
    const token = found.find(({ text }) => text !== undefined) as Token | undefined;
    if (!token) throw malformed(`unexpected token: '${soql[at]}'`);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function matchAt(shape: RegExp, soql: string, at: number): string | undefined {
  shape.lastIndex = at;
  return shape.exec(soql)?.[0];
}

/** The text itself, and as a pattern in which an escaped wildcard keeps its backslash. */
function stringAt(soql: string, from: number): { token: Token; end: number } {
  let [text, pattern] = ['', ''];
  for (let at = from; at < soql.length; at += 1) {
    const sign = soql[at] as string;
    if (sign === "'") return { token: { kind: 'string', text, pattern }, end: at + 1 };
    if (sign !== '\\') {
      text += sign;
      pattern += sign;
      continue;
    }
    at += 1;
    const next = soql[at] ?? '';
    if (!/^[nrtbf"'\\_%]$/.test(next)) throw malformed(`Illegal escape sequence: \\${next}`);
    const meant = escapes[next] ?? next;
    text += meant;
    pattern += /[\\_%]/.test(meant) ? `\\${meant}` : meant;
  }
  throw malformed('unterminated string literal');
}
