import type { TObject } from 'typebox';
import type { Members } from '../../../platform/objects.ts';
import { AppError } from '../../../runtime/errors.ts';
import { validatorCompiler } from '../../../runtime/http/validation.ts';
import { toJson } from '../../values/json.ts';
import type { Cell, FieldType, Json, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';

type Shape = { type?: string | readonly string[]; anyOf?: readonly Shape[] };

/** Makes what a product is given of rows, as its API would be given it. */
export class Giving {
  readonly #fields: readonly Field[];
  readonly #schema: TObject;
  readonly #check: (given: unknown) => unknown;

  constructor(fields: readonly Field[], schema: TObject) {
    this.#fields = fields;
    this.#schema = schema;
    const route = { schema, method: 'POST', url: '', httpPart: 'body' };
    this.#check = validatorCompiler(route);
  }

  /** What is null was not given. @throws AppError 400 that names the field and its rule */
  given(row: Row): Members {
    const members = this.#fields.flatMap(({ name, type }, at) => {
      const cell = row[at] ?? null;
      const schema = this.#schema.properties[name];
      if (cell === null || schema === undefined) return [];
      return [[name, memberOf(type, cell, typesOf(schema as Shape))] as const];
    });
    const given = Object.fromEntries(members);
    const checked = this.#check(given) as { error?: Error };
    if (checked.error) throw checked.error;
    return given;
  }
}

/** A text where the API takes a text, whatever type it comes from; numbers and truths from texts. */
function memberOf(type: FieldType, cell: NonNullable<Cell>, types: readonly string[]): Json {
  const json = toJson(type, cell);
  const takes = (name: string) => types.includes(name);
  if (typeof json === 'object') return takes('array') || takes('object') ? json : cell;
  if (takes('string')) return typeof json === 'string' ? json : cell;
  if (takes('integer') && /^-?\d{1,15}$/.test(cell)) return Number(cell);
  if (takes('boolean') && /^(t|f|true|false)$/i.test(cell)) return /^t/i.test(cell);
  return json;
}

function typesOf({ type = [], anyOf = [] }: Shape): string[] {
  return [...[type].flat(), ...anyOf.flatMap((one) => typesOf(one))];
}

/** @throws AppError 400 for fields that the act does not take */
export function requireTaken(fields: readonly Field[], schema: TObject, act: string): void {
  const unknown = fields.find(({ name }) => !(name in schema.properties));
  if (!unknown) return;
  throw new AppError('invalid_request', { message: `${unknown.name} is not taken by ${act}.` });
}
