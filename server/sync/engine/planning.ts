import type { Description, Field, Mode } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { matchName, nearest } from '../conventions/names.ts';
import type { Definition, Mapping } from '../syncs/definition.ts';
import { fromJson } from '../values/json.ts';
import type { Cell, Json, Row } from '../values/types.ts';

export type Column = {
  /** The field of the source. */
  readonly source: Field;
  readonly protect: Mapping['protect'];
  /** In place of null. */
  readonly fallback: Cell | undefined;
  /** The transform of this one value. */
  readonly transform: string | undefined;
  /** What it is at the destination. */
  readonly field: Field;
};

/** What moves, from which field to which. */
export type Route = {
  readonly columns: readonly Column[];
  readonly mode: Mode;
  /** By the names of the source, and by those of the destination. */
  readonly sourceKey: readonly string[];
  readonly key: readonly string[];
  /** By what records are read in order, so that a run can go on where it was. */
  readonly order: readonly string[];
  /** What the source has and the sync does not take. */
  readonly drift: readonly string[];
  /** A value is protected: a record as the source gave it must not be kept. */
  readonly isProtected: boolean;
  /** The fields of the source that this sync takes from now on, when it has no mappings. */
  readonly fields: readonly string[];
};

/**
 * Lays out which field goes where.
 * @param known the fields of the source at the first run
 * @throws ConnectorError `request` that names the field
 */
export function layRoute(
  definition: Definition,
  source: Pick<Description, 'fields' | 'key'>,
  known: readonly string[] | null,
): Route {
  const { field_mappings, on_schema_change } = definition;
  const names = source.fields.map(({ name }) => name);
  const taken = known && on_schema_change !== 'add' ? known : names;
  const mappings: readonly Mapping[] =
    field_mappings.length > 0
      ? field_mappings
      : taken.map((name) => ({ source: name, destination: name }));
  const found = mappings.map((mapping) => ({ mapping, field: findField(source, mapping.source) }));
  const sourceKey = keyOf(definition, source);
  const unmapped = sourceKey.filter((name) => !found.some(({ field }) => field.name === name));
  const own = unmapped.map((name) => ({
    mapping: { source: name, destination: name } as Mapping,
    field: findField(source, name),
  }));
  const isProtected = mappings.some(({ protect }) => protect !== undefined);
  const columns = [...own, ...found]
    .filter(({ mapping }) => mapping.protect !== 'drop')
    .map(({ mapping, field }) => columnOf(mapping, field));
  const mode = definition.mode ?? (sourceKey.length > 0 ? 'upsert' : 'append');
  if ((mode === 'upsert' || mode === 'mirror') && sourceKey.length === 0) {
    throw new ConnectorError(
      'request',
      `The source has no primary key, which the mode ${mode} needs; name a key in "key".`,
    );
  }
  return {
    columns,
    isProtected,
    mode,
    sourceKey,
    key: sourceKey.map((name) => destinationOf(columns, name)),
    order: sourceKey.length > 0 ? sourceKey : source.key,
    drift: driftOf(names, known, field_mappings.length > 0 ? mappings : []),
    fields: on_schema_change === 'add' ? names : (known ?? names),
  };
}

/** @throws ConnectorError when records cannot be chosen by these */
export function requireKey({ order: key }: Route, keys: readonly Row[]): void {
  if (key.length > 0 && keys.every(({ length }) => length === key.length)) return;
  const message =
    key.length === 0
      ? 'Records are chosen by the key, and the source has none; name one in "key".'
      : `Each of the keys must have a value for ${key.join(', ')}.`;
  throw new ConnectorError('request', message);
}

function columnOf(mapping: Mapping, source: Field): Column {
  const { destination, protect, transform } = mapping;
  const type = protect ? ({ kind: 'text' } as const) : source.type;
  const nativeType = protect ? 'text' : source.nativeType;
  const field = { ...source, name: destination, type, nativeType, isWritable: true };
  return {
    source,
    protect,
    transform,
    field,
    fallback: mapping.default === undefined ? undefined : fallbackOf(mapping, field),
  };
}

function fallbackOf({ destination, default: given }: Mapping, { type }: Field): Cell {
  const read = fromJson(type, given as Json);
  if ('text' in read) return read.text;
  throw new ConnectorError('request', `The default of ${destination} ${read.problem}`);
}

/** A name as it is, or without case where that is unique. @throws ConnectorError `request` with the near ones */
export function findField({ fields }: Pick<Description, 'fields'>, name: string): Field {
  const names = fields.map((one) => one.name);
  const found = matchName(names, name);
  const field = fields.find((one) => one.name === found);
  if (field) return field;
  const near = nearest(name, names);
  const alike = names.filter((one) => one.toLowerCase() === name.toLowerCase());
  throw new ConnectorError(
    'request',
    alike.length > 1
      ? `The field ${name} could be ${alike.join(' or ')}; spell it as it is.`
      : `The source has no field ${name}.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
  );
}

function keyOf(
  { key, field_mappings, mode }: Definition,
  source: Pick<Description, 'fields' | 'key'>,
): string[] {
  if (key === null) return mode === 'append' ? [] : [...source.key];
  return key.map((name) => {
    const mapped = field_mappings.find(({ destination }) => destination === name);
    const isOfSource = source.fields.some((one) => one.name === name);
    return findField(source, mapped && !isOfSource ? mapped.source : name).name;
  });
}

function destinationOf(columns: readonly Column[], name: string): string {
  const column = columns.find(({ source }) => source.name === name);
  if (column) return column.field.name;
  throw new ConnectorError('request', `The key field ${name} is dropped by its mapping.`);
}

/** New fields of the source; and, with mappings, none that was left out on purpose. */
function driftOf(
  names: readonly string[],
  known: readonly string[] | null,
  mappings: readonly Mapping[],
): string[] {
  if (known === null) return [];
  const mapped = new Set(mappings.map(({ source }) => source));
  const added = names.filter((name) => !known.includes(name) && !mapped.has(name));
  const gone = known.filter((name) => !names.includes(name));
  return [
    ...added.map((name) => `The source has a new field ${name}.`),
    ...gone.map((name) => `The source has no field ${name} any more.`),
  ];
}
