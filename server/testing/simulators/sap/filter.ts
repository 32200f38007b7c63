import { type Entity, type EntitySet, type Property, Refusal, type Value } from './properties.ts';

type Test = (entity: Entity) => boolean;

const token = /\s*(\(|\)|,|(?:datetimeoffset|datetime|time|guid)'[^']*'|'(?:[^']|'')*'|[\w.:+-]+)/y;

/** `$filter` of both versions, as far as it is used here. @throws Refusal */
export function filterOf(set: EntitySet, text: string): Test {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const found = token.exec(text);
    if (!found) throw invalid(text);
    tokens.push(found[1] ?? '');
  }
  const parser = new Parser(set, tokens);
  const test = parser.or();
  if (!parser.isAtEnd) throw invalid(text);
  return test;
}

class Parser {
  readonly #set: EntitySet;
  readonly #tokens: string[];

  constructor(set: EntitySet, tokens: string[]) {
    this.#set = set;
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#tokens.length === 0;
  }

  or(): Test {
    let left = this.#and();
    while (this.#tokens[0] === 'or') {
      this.#tokens.shift();
      const [one, other] = [left, this.#and()];
      left = (entity) => one(entity) || other(entity);
    }
    return left;
  }

  #and(): Test {
    let left = this.#one();
    while (this.#tokens[0] === 'and') {
      this.#tokens.shift();
      const [one, other] = [left, this.#one()];
      left = (entity) => one(entity) && other(entity);
    }
    return left;
  }

  #one(): Test {
    const first = this.#tokens.shift() ?? '';
    if (first === '(') {
      const inner = this.or();
      this.#expect(')');
      return inner;
    }
    if (first === 'startswith') {
      this.#expect('(');
      const property = this.#property(this.#tokens.shift() ?? '');
      this.#expect(',');
      const start = String(literalIn(property, this.#tokens.shift() ?? ''));
      this.#expect(')');
      return (entity) => String(entity[property.name] ?? '').startsWith(start);
    }
    const property = this.#property(first);
    const word = this.#tokens.shift() ?? '';
    const value = literalIn(property, this.#tokens.shift() ?? '');
    return (entity) => holds(property, word, entity[property.name] ?? null, value);
  }

  #property(name: string): Property {
    const found = this.#set.properties.find((one) => one.name === name);
    if (found && !found.isUnfilterable) return found;
    throw new Refusal(400, '/IWBEP/CM_MGW_RT/022', `Property '${name}' cannot be filtered by`);
  }

  #expect(wanted: string): void {
    const found = this.#tokens.shift();
    if (found !== wanted) throw invalid(`${found}, where ${wanted} should be`);
  }
}

function holds(property: Property, word: string, own: Value, other: Value): boolean {
  if (own === null || other === null) {
    if (word === 'eq') return own === other;
    return word === 'ne' && own !== other;
  }
  const sign = compareValues(property, own, other);
  switch (word) {
    case 'eq':
      return sign === 0;
    case 'ne':
      return sign !== 0;
    case 'lt':
      return sign < 0;
    case 'le':
      return sign <= 0;
    case 'gt':
      return sign > 0;
    case 'ge':
      return sign >= 0;
    default:
      throw invalid(word);
  }
}

/** What is empty comes first. */
export function compareValues({ kind }: Property, one: Value, other: Value): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null);
  const isNumber = ['decimal', 'int32', 'int64', 'double', 'stamp', 'boolean'].includes(kind);
  const [a, b] = isNumber ? [Number(one), Number(other)] : [String(one), String(other)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** @throws Refusal for what is not a literal of the type */
export function literalIn({ kind, name }: Property, text: string): Value {
  if (text === 'null') return null;
  const inner = /^[a-z]*'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'");
  const bare = inner ?? text;
  const isOf = {
    text: inner !== undefined && text.startsWith("'"),
    boolean: /^(true|false)$/.test(text),
    int32: /^-?\d+$/.test(text),
    int64: /^-?\d+L?$/.test(text),
    decimal: /^-?\d+(\.\d+)?M?$/.test(text),
    double: /^-?[\d.]+d?$/.test(text),
    date: /^(datetime'\d{4}-\d\d-\d\dT00:00:00'|\d{4}-\d\d-\d\d)$/.test(text),
    time: /^(time'PT\d+H\d+M\d+S'|\d\d:\d\d:\d\d)$/.test(text),
    guid: /^(guid'[\da-f-]{36}'|[\da-f-]{36})$/i.test(text),
    stamp: /^(datetimeoffset'[^']+Z'|\d{4}-[^']+Z)$/.test(text),
  }[kind];
  if (!isOf) throw invalid(`a literal for the property '${name}'`);
  switch (kind) {
    case 'boolean':
      return text === 'true';
    case 'int32':
    case 'double':
      return Number.parseFloat(text);
    case 'int64':
    case 'decimal':
      return text.replace(/[LM]$/, '');
    case 'date':
      return bare.slice(0, 10);
    case 'time':
      return bare.replace(/^PT(\d+)H(\d+)M(\d+)S$/, '$1:$2:$3');
    case 'stamp': {
      const digits = /\.(\d+)Z$/.exec(bare)?.[1] ?? '';
      const whole = Date.parse(bare.replace(/\.\d+Z$/, 'Z')) * 1_000;
      return whole + Number(digits.slice(0, 6).padEnd(6, '0'));
    }
    default:
      return bare;
  }
}

function invalid(what: string): Refusal {
  return new Refusal(400, '/IWBEP/CM_MGW_RT/023', `Invalid system query option: ${what}`);
}
