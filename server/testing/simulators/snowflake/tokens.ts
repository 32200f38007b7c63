import { Refusal } from './refusal.ts';

export type Token = {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
};

const shapes: readonly [Token['kind'] | 'blank', RegExp][] = [
  ['blank', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['name', /"(?:[^"]|"")*"/y],
  ['text', /'(?:[^'\\]|''|\\[\s\S])*'/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_][A-Za-z0-9_$]*/y],
  ['sign', /=>|<>|!=|<=|>=|\|\||::|[-+*/%(),.;=<>?:]/y],
];

/** @throws Refusal */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const found = shapes.flatMap(([kind, shape]) => {
      shape.lastIndex = at;
      const [text] = shape.exec(sql) ?? [];
      return text === undefined ? [] : [{ kind, text }];
    })[0];
    if (!found) {
      throw new Refusal('001003', '42000', `SQL compilation error: unexpected '${sql[at]}'.`);
    }
    at += found.text.length;
    if (found.kind !== 'blank') tokens.push(worded(found.kind, found.text));
  }
  return tokens;
}

function worded(kind: Token['kind'], text: string): Token {
  if (kind === 'name') return { kind, text: text.slice(1, -1).replaceAll('""', '"') };
  if (kind === 'word') return { kind, text: text.toUpperCase() };
  if (kind !== 'text') return { kind, text };
  const inside = text.slice(1, -1).replace(/''|\\([\s\S])/g, (all, escaped?: string) => {
    if (all === "''") return "'";
    return { n: '\n', t: '\t', r: '\r', '0': '\0' }[escaped as string] ?? (escaped as string);
  });
  return { kind, text: inside };
}

export function is(token: Token | undefined, ...words: string[]): boolean {
  return (token?.kind === 'word' || token?.kind === 'sign') && words.includes(token.text);
}
