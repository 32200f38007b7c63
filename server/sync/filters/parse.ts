import { failure } from './failures.ts';
import {
  depthMax,
  type FieldName,
  type Filter,
  type Literal,
  lengthMax,
  type Operator,
  type Place,
} from './filter.ts';
import { described, type Token, tokensOf } from './tokens.ts';

const operators: Record<string, Operator> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/**
 * Parses the string form: `Industry = 'Technology' AND AnnualRevenue > 1000000`.
 * @throws AppError 400 that names the character, what was expected and what is there
 */
export function parseFilter(text: string, member = 'filter'): Filter {
  if (text.length > lengthMax) {
    throw failure({ member }, `must be at most ${lengthMax} characters`);
  }
  const parser = new Parser(tokensOf(text, member), member);
  return parser.parse();
}

class Parser {
  readonly #tokens: Token[];
  readonly #member: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[], member: string) {
    this.#tokens = tokens;
    this.#member = member;
  }

  parse(): Filter {
    const filter = this.#either();
    if (this.#next.kind !== 'end') throw this.#unexpected('AND, OR or the end');
    return filter;
  }

  #either(): Filter {
    return this.#joined('or', 'OR', () => this.#both());
  }

  #both(): Filter {
    return this.#joined('and', 'AND', () => this.#one());
  }

  #joined(kind: 'and' | 'or', keyword: string, term: () => Filter): Filter {
    const terms = [term()];
    while (this.#takes(keyword)) terms.push(term());
    return terms.length === 1 ? terms[0]! : { kind, terms };
  }

  #one(): Filter {
    const { character } = this.#next;
    if (this.#depth === depthMax) {
      throw failure(this.#place(character), `must be nested at most ${depthMax} levels deep`);
    }
    this.#depth += 1;
    const filter = this.#nested();
    this.#depth -= 1;
    return filter;
  }

  #nested(): Filter {
    if (this.#takes('NOT')) return { kind: 'not', term: this.#one() };
    if (!this.#takes('(')) return this.#condition(this.#field());
    const filter = this.#either();
    this.#expect(')', 'AND, OR or )');
    return filter;
  }

  #condition(field: FieldName): Filter {
    if (this.#takes('IS')) {
      const isNegated = this.#takes('NOT');
      this.#expect('NULL', isNegated ? 'NULL' : 'NULL or NOT NULL');
      return negated(isNegated, { kind: 'null', field });
    }
    const operator = operators[this.#next.kind === 'sign' ? this.#next.text : ''];
    if (operator !== undefined) {
      this.#at += 1;
      return { kind: 'compare', field, operator, value: this.#value() };
    }
    const isNegated = this.#takes('NOT');
    return negated(isNegated, this.#words(field, isNegated));
  }

  #words(field: FieldName, isNegated: boolean): Filter {
    if (this.#takes('LIKE')) return { kind: 'like', field, pattern: this.#value() };
    if (this.#takes('IN')) return { kind: 'in', field, values: this.#values() };
    if (!this.#takes('BETWEEN')) {
      const words = 'LIKE, IN or BETWEEN';
      throw this.#unexpected(isNegated ? words : `=, !=, <, <=, >, >=, IS, NOT, ${words}`);
    }
    const low = this.#value();
    this.#expect('AND', 'AND');
    return between(field, low, this.#value());
  }

  #field(): FieldName {
    const { character } = this.#next;
    const parts: string[] = [];
    do {
      const { kind, text, keyword } = this.#next;
      if (keyword !== undefined || (kind !== 'word' && kind !== 'name')) {
        throw this.#unexpected(parts.length === 0 ? 'a field, NOT or (' : 'a field');
      }
      parts.push(text);
      this.#at += 1;
      parts.push(...this.#elements());
    } while (this.#takes('.'));
    return { parts, place: this.#place(character) };
  }

  /** Places in arrays, which read like numbers: `tags.0` */
  #elements(): string[] {
    const places: string[] = [];
    while (this.#next.kind === 'number' && /^\.\d+$/.test(this.#next.text)) {
      places.push(this.#next.text.slice(1));
      this.#at += 1;
    }
    return places;
  }

  #values(): Literal[] {
    this.#expect('(', '(');
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    this.#expect(')', ', or )');
    return values;
  }

  #value(): Literal {
    const { kind, text, keyword, character } = this.#next;
    const place = this.#place(character);
    const dated = this.#dated(place);
    if (dated !== undefined) return dated;
    if (kind === 'text' || kind === 'number') {
      this.#at += 1;
      return { kind, text, place };
    }
    if (this.#takes('NULL')) return { kind: 'null', text, place };
    if (this.#takes('TRUE') || this.#takes('FALSE')) {
      return { kind: 'boolean', text: keyword!.toLowerCase(), place };
    }
    const isName = kind === 'name' || (kind === 'word' && keyword === undefined);
    throw this.#unexpected(`a value${isName ? ' (texts stand between single quotes)' : ''}`);
  }

  /** `DATE '2024-02-29'` */
  #dated(place: Place): Literal | undefined {
    const { kind, text } = this.#next;
    const word = kind === 'word' ? text.toLowerCase() : '';
    const written = this.#tokens[this.#at + 1];
    if ((word !== 'date' && word !== 'timestamp') || written?.kind !== 'text') return undefined;
    this.#at += 2;
    return { kind: word, text: written.text, place };
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #takes(word: string): boolean {
    const { kind, keyword, text } = this.#next;
    const isNext = keyword === word || (kind === 'sign' && text === word);
    if (isNext) this.#at += 1;
    return isNext;
  }

  #expect(word: string, expected: string): void {
    if (!this.#takes(word)) throw this.#unexpected(expected);
  }

  #unexpected(expected: string) {
    const place = this.#place(this.#next.character);
    return failure(place, `expected ${expected}, found ${described(this.#next)}`);
  }

  #place(character: number): Place {
    return { member: this.#member, character };
  }
}

export function negated(isNegated: boolean, term: Filter): Filter {
  return isNegated ? { kind: 'not', term } : term;
}

export function between(field: FieldName, low: Literal, high: Literal): Filter {
  return {
    kind: 'and',
    terms: [
      { kind: 'compare', field, operator: '>=', value: low },
      { kind: 'compare', field, operator: '<=', value: high },
    ],
  };
}
