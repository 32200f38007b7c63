import { isDeepStrictEqual } from 'node:util';
import type { FieldType } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import { bitsOf, isGeometry, type Native, parseNative } from './native.ts';

/** What this server has that not every one has. */
export type Abilities = {
  readonly isMariadb: boolean;
  readonly hasUuid: boolean;
  /** A collation that tells apart what differs in a byte. */
  readonly exactCollation: string;
};

const kinds: Readonly<Record<string, Exclude<FieldType['kind'], 'array' | 'enum' | 'other'>>> = {
  year: 'int2',
  float: 'float4',
  double: 'float8',
  real: 'float8',
  decimal: 'numeric',
  char: 'char',
  varchar: 'varchar',
  date: 'date',
  datetime: 'timestamp',
  timestamp: 'timestamptz',
  time: 'time',
  bit: 'bit',
  json: 'jsonb',
  uuid: 'uuid',
};

/** A time may be longer than a day, or negative: such a one is no time elsewhere, and refused there. */
export function fieldTypeOf(text: string): FieldType {
  const native = parseNative(text);
  if (!native) return { kind: 'text' };
  const { word, size } = native;
  if (word === 'tinyint' && size === 1 && !native.isPadded) return { kind: 'boolean' };
  if (bitsOf(native) !== undefined) return wholeOf(native);
  if (isGeometry(native)) return { kind: 'other', name: 'geometry' };
  if (word === 'enum') return { kind: 'enum', name: text, values: native.labels };
  if (/blob$|binary$|^vector$/.test(word)) return { kind: 'bytea' };
  if (/^inet[46]$/.test(word)) return { kind: 'other', name: word };
  const kind = kinds[word];
  if (kind === undefined) return { kind: 'text' };
  if (kind === 'numeric') return { kind, precision: size ?? 10, scale: native.places ?? 0 };
  const isSized = kind === 'char' || kind === 'varchar' || kind === 'bit';
  return isSized ? { kind, length: size ?? 1 } : ({ kind } as FieldType);
}

function wholeOf(native: Native): FieldType {
  const needed = (bitsOf(native) as number) + (native.isUnsigned ? 1 : 0);
  if (needed > 64) return { kind: 'numeric', precision: 20, scale: 0 };
  if (needed > 32) return { kind: 'int8' };
  return { kind: needed > 16 ? 'int4' : 'int2' };
}

/** Bytes of an index, and of the columns of a row that are within it. */
const keyBytesMax = 3_072;
/** Of what is not long in an index: a uuid as text has most. */
const shortBytesMax = 36;
const rowBytesMax = 60_000;
const characterBytes = 4;
const decimalMax = { digits: 65, places: 30 };

const words: Partial<Record<FieldType['kind'], string>> = {
  boolean: 'tinyint(1)',
  int2: 'smallint',
  int4: 'int',
  int8: 'bigint',
  float4: 'float',
  float8: 'double',
  date: 'date',
  time: 'time(6)',
  // A TIMESTAMP ends in 2038.
  timestamp: 'datetime(6)',
  timestamptz: 'datetime(6)',
};

/** Declares columns one after the other: what is within a row is bounded. */
export class Declaring {
  readonly #abilities: Abilities;
  readonly #keyBytes: number;
  #rowBytes = 0;

  constructor(abilities: Abilities, fields: readonly Field[], key: readonly string[]) {
    this.#abilities = abilities;
    const keys = fields.filter(({ name }) => key.includes(name));
    const long = keys.filter(({ type }) => !isShort(type)).length;
    const left = keyBytesMax - (keys.length - long) * shortBytesMax;
    this.#keyBytes = Math.floor(left / Math.max(long, 1));
  }

  declare(field: Field, isKey: boolean): string {
    const { type } = field;
    const own = ownNative(field);
    if (own !== undefined) return this.#collated(own, /^(enum|set)/.test(own));
    const word = words[type.kind];
    if (word !== undefined) return word;
    if (type.kind === 'numeric') return decimalOf(type);
    if (type.kind === 'bit' && (type.length ?? 1) <= 64) return `bit(${type.length ?? 1})`;
    if (type.kind === 'uuid') return this.#uuid();
    if (type.kind === 'other' && type.name.startsWith('geometry')) return 'geometry';
    if (type.kind === 'bytea') return isKey ? `varbinary(${this.#keyBytes})` : 'longblob';
    const isJson = type.kind === 'json' || type.kind === 'jsonb';
    // MySQL's own JSON makes floating-point numbers of what has more digits.
    if (isJson && !isKey && this.#abilities.isMariadb) return 'json';
    return this.#text(type, isKey);
  }

  #text(type: FieldType, isKey: boolean): string {
    const { length } = type as { length?: number };
    const charactersMax = isKey ? Math.floor(this.#keyBytes / characterBytes) : 255;
    const isVaried = type.kind === 'varchar' || type.kind === 'char';
    if (isKey) {
      const size =
        isVaried && length !== undefined ? Math.min(length, charactersMax) : charactersMax;
      return this.#collated(`varchar(${size})`, true);
    }
    if (!isVaried || length === undefined || length > charactersMax) return 'longtext';
    this.#rowBytes += length * characterBytes;
    if (this.#rowBytes > rowBytesMax) return 'longtext';
    return `${type.kind}(${length})`;
  }

  #uuid(): string {
    return this.#abilities.hasUuid ? 'uuid' : 'char(36) character set ascii collate ascii_bin';
  }

  #collated(native: string, isExact: boolean): string {
    if (!isExact) return native;
    return `${native} character set utf8mb4 collate ${this.#abilities.exactCollation}`;
  }
}

const unmistakable =
  /^(year|enum|set|decimal|binary|varbinary|bit|float|double|geom|point|linestring|polygon|multi|inet|datetime\(|timestamp|time\()|^(tiny|medium)int| unsigned/;

/** The type that the field had in a MySQL, where no other system means something else by that. */
function ownNative({ type, nativeType }: Field): string | undefined {
  if (!unmistakable.test(nativeType)) return undefined;
  return isDeepStrictEqual(fieldTypeOf(nativeType), type) ? nativeType : undefined;
}

function decimalOf({ precision, scale = 0 }: FieldType & { kind: 'numeric' }): string {
  const { digits, places } = decimalMax;
  if (precision === undefined) return `decimal(${digits},${places})`;
  const whole = scale < 0 ? precision - scale : Math.max(precision, scale);
  if (whole > digits || scale > places) return `decimal(${digits},${places})`;
  return `decimal(${whole},${Math.max(scale, 0)})`;
}

function isShort(type: FieldType): boolean {
  return type.kind in words || ['numeric', 'uuid', 'bit'].includes(type.kind);
}
