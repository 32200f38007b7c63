import { toJson } from '../../values/json.ts';
import type { Cell, Json, Row } from '../../values/types.ts';
import type { ApplyRequest, Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { HttpObject, HttpWrite } from './config.ts';
import { typeOf } from './types.ts';

/** How records of an object are sent for one purpose. */
export type Shape = {
  readonly method: string;
  readonly path: string;
  readonly hasBody: boolean;
  readonly isList: boolean;
  readonly member: string | undefined;
  readonly size: number;
  readonly results: string | undefined;
};

const sizeDefault = 100;

/** @throws ConnectorError when the object says too little for it */
export function shapeOf(
  object: HttpObject,
  operation: ApplyRequest['operation'],
  key: readonly string[],
): Shape {
  const { write = {} } = object;
  switch (operation) {
    case 'insert':
      return made(object, write, 'POST', () => write.path ?? plainPath(object));
    case 'upsert': {
      const isKeyed = write.method === 'PUT' || hasFields(write.path ?? '');
      const own = object.upsert ?? (isKeyed ? write : {});
      return made(object, own, 'PUT', () => own.path ?? keyedPath(object, key));
    }
    case 'update': {
      const { update = {} } = object;
      return made(object, update, 'PATCH', () => update.path ?? keyedPath(object, key));
    }
    case 'delete': {
      const path = () => object.delete?.path ?? keyedPath(object, key);
      return { ...made(object, {}, 'DELETE', path), hasBody: false };
    }
  }
}

function made(object: HttpObject, own: HttpWrite, method: string, path: () => string): Shape {
  const shape = {
    method: own.method ?? method,
    path: path(),
    hasBody: true,
    isList: own.body === 'list',
    member: own.member,
    size: own.size ?? sizeDefault,
    results: own.results,
  };
  if (!shape.isList || !hasFields(shape.path)) return shape;
  const message = `A list of "${object.name}" goes to one path, which has no fields of a record.`;
  throw new ConnectorError('configuration', message);
}

export function hasFields(path: string): boolean {
  return /\{[^{}]+\}/.test(path);
}

/** The path of one record. @throws RecordRefusal for a value that would lead elsewhere */
export function pathOf({ path }: Shape, fields: readonly Field[], row: Row): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const place = fields.findIndex((field) => field.name === name);
    if (place < 0) {
      throw new ConnectorError('configuration', `The path needs the field "${name}".`);
    }
    const cell = row[place] ?? null;
    const type = fields[place]?.type ?? { kind: 'text' };
    const text = cell === null ? '' : String(toJson(type, cell));
    if (/^\.{0,2}$/.test(text)) {
      throw new RecordRefusal(`The field "${name}" cannot stand in an address.`, name);
    }
    return encodeURIComponent(text.toWellFormed());
  });
}

/** A record as its JSON goes out: numbers are numbers, with all their digits. */
export function recordOf(object: HttpObject, fields: readonly Field[], row: Row) {
  const record: Record<string, unknown> = Object.create(null);
  fields.forEach(({ name, type }, place) => {
    const declared = object.fields?.[name];
    const kind = declared === undefined ? type.kind : typeOf(name, declared).kind;
    record[name] = jsonOf(kind, type, row[place] ?? null);
  });
  return record;
}

function jsonOf(kind: string, type: Field['type'], cell: Cell): Json | { rawJSON: string } {
  const isNumber = type.kind === 'int8' || type.kind === 'numeric';
  if (!isNumber || cell === null || kind === 'text') return toJson(type, cell);
  return /^-?\d+(\.\d+)?$/.test(cell) ? JSON.rawJSON(cell) : cell;
}

function plainPath({ path }: HttpObject): string {
  return path.split('?')[0] as string;
}

function keyedPath(object: HttpObject, key: readonly string[]): string {
  const [only] = key;
  if (only !== undefined && key.length === 1) {
    return `${plainPath(object).replace(/\/$/, '')}/{${only}}`;
  }
  const message = `"${object.name}" must say the path of one record, since its key is not one field.`;
  throw new ConnectorError('configuration', message);
}
