import { malformed } from '../failures.ts';
import { type Token, tokensOf } from './tokens.ts';

export type Literal = { kind: string; text: string; pattern: string };
export type Condition =
  | { kind: 'and' | 'or'; terms: Condition[] }
  | { kind: 'not'; term: Condition }
  | { kind: 'compare'; field: string; operator: string; values: Literal[] };

export type Query = {
  readonly fields: readonly string[];
  readonly isCount: boolean;
  readonly object: string;
  readonly where: Condition | undefined;
  readonly order: readonly { field: string; isDescending: boolean; nullsLast: boolean }[];
  readonly limit: number | undefined;
  readonly offset: number;
};

const lengthMax = 100_000;

export function parseSoql(soql: string): Query {
  if (soql.length > lengthMax) throw malformed('SOQL statements cannot be longer than 100000');
  return new Parser(tokensOf(soql)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    this.#expect('SELECT');
    const fields = [this.#word()];
    const isCount = fields[0]?.toUpperCase() === 'COUNT' && this.#take('(');
    if (isCount) this.#expect(')');
    while (this.#take(',')) fields.push(this.#word());
    this.#expect('FROM');
    const object = this.#word();
    const where = this.#take('WHERE') ? this.#condition() : undefined;
    const order = this.#take('ORDER') ? this.#order() : [];
    const limit = this.#take('LIMIT') ? Number(this.#next().text) : undefined;
    const offset = this.#take('OFFSET') ? Number(this.#next().text) : 0;
    const rest = this.#tokens[this.#at];
    if (rest) throw malformed(`unexpected token: '${rest.text}'`);
    return { fields: isCount ? [] : fields, isCount, object, where, order, limit, offset };
  }

  /** AND and OR stand together only with parentheses. */
  #condition(): Condition {
    const terms = [this.#term()];
    const word = this.#is('AND') ? 'AND' : 'OR';
    while (this.#take(word)) terms.push(this.#term());
    if (terms.length === 1) return terms[0] as Condition;
    if (this.#is('AND') || this.#is('OR')) {
      throw malformed(`unexpected token: '${this.#next().text}'`);
    }
    return { kind: word === 'AND' ? 'and' : 'or', terms };
  }

  #term(): Condition {
    if (this.#take('NOT')) return { kind: 'not', term: this.#term() };
    if (this.#take('(')) {
      const inner = this.#condition();
      this.#expect(')');
      return inner;
    }
    const field = this.#word();
    if (this.#take('NOT')) {
      this.#expect('IN');
      return { kind: 'compare', field, operator: 'NOT IN', values: this.#list() };
    }
    const operator = this.#next().text.toUpperCase();
    if (operator === 'IN') return { kind: 'compare', field, operator, values: this.#list() };
    if (!['=', '!=', '<>', '<', '<=', '>', '>=', 'LIKE'].includes(operator)) {
      throw malformed(`unexpected token: '${operator}'`);
    }
    return { kind: 'compare', field, operator, values: [this.#literal()] };
  }

  #list(): Literal[] {
    this.#expect('(');
    const values = [this.#literal()];
    while (this.#take(',')) values.push(this.#literal());
    this.#expect(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.kind === 'sign') throw malformed(`unexpected token: '${token.text}'`);
    if (token.kind === 'string') return token;
    const word = token.text.toLowerCase();
    if (token.kind !== 'word') return { ...token, pattern: token.text };
    if (word === 'null') return { kind: 'null', text: '', pattern: '' };
    if (word === 'true' || word === 'false') return { kind: 'boolean', text: word, pattern: word };
    throw malformed(`Bind variables only allowed in Apex code: ${token.text}`);
  }

  #order() {
    this.#expect('BY');
    const order: { field: string; isDescending: boolean; nullsLast: boolean }[] = [];
    do {
      const field = this.#word();
      const isDescending = this.#take('DESC');
      if (!isDescending) this.#take('ASC');
      const hasNulls = this.#take('NULLS');
      const nullsLast = hasNulls && this.#take('LAST');
      if (hasNulls && !nullsLast) this.#expect('FIRST');
      order.push({ field, isDescending, nullsLast });
    } while (this.#take(','));
    return order;
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind !== 'string' && token?.text.toUpperCase() === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw malformed(`expecting '${text}'`);
  }

  #word(): string {
    const token = this.#next();
    if (token.kind !== 'word') throw malformed(`unexpected token: '${token.text}'`);
    return token.text;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw malformed("unexpected token: '<EOF>'");
    this.#at += 1;
    return token;
  }
}
