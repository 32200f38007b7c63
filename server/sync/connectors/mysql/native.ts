/** A type in the words of MySQL, taken apart. */
export type Native = {
  readonly word: string;
  /** What stands between its parentheses, where that is numbers. */
  readonly size: number | undefined;
  readonly places: number | undefined;
  readonly isUnsigned: boolean;
  readonly isPadded: boolean;
  /** Of an enum or a set. */
  readonly labels: readonly string[];
};

const shape = /^([a-z]\w*)(?: precision)?(?:\((.*)\))?((?: unsigned| zerofill| signed)*)$/s;
const label = /'((?:[^']|'')*)'/g;

/** Nothing, where it is none of MySQL's. */
export function parseNative(text: string): Native | undefined {
  const comment = / \/\*.*\*\/$/;
  const [, word, inside = '', signs = ''] = shape.exec(text.replace(comment, '')) ?? [];
  if (word === undefined) return undefined;
  const isListed = word === 'enum' || word === 'set';
  const [size, places] = isListed ? [] : inside.split(',').map(Number);
  return {
    word,
    size: inside === '' ? undefined : size,
    places,
    isUnsigned: /unsigned|zerofill/.test(signs),
    isPadded: signs.includes('zerofill'),
    labels: isListed
      ? [...inside.matchAll(label)].map(([, one = '']) => one.replaceAll("''", "'"))
      : [],
  };
}

const geometries = new Set(
  (
    'geometry point linestring polygon multipoint multilinestring multipolygon geomcollection ' +
    'geometrycollection'
  ).split(' '),
);

export function isGeometry({ word }: Native): boolean {
  return geometries.has(word);
}

const bits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  integer: 32,
  bigint: 64,
};

/** Undefined where it is no whole number. */
export function bitsOf({ word }: Native): number | undefined {
  return bits[word];
}
