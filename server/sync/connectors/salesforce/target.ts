import { matchName } from '../../conventions/names.ts';
import type { Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { SalesforceField, SalesforceObject } from './fields.ts';

export type Operation = 'insert' | 'update' | 'upsert' | 'delete';

/** A field as the rows hold it, and what it is in the org. */
export type TargetField = {
  readonly given: Field;
  readonly own: SalesforceField;
  /** Of its cell in a row. */
  readonly place: number;
};

export type Target = {
  readonly object: string;
  readonly operation: Operation;
  /** What is sent, the key with it. */
  readonly fields: readonly TargetField[];
  readonly key: TargetField | undefined;
  /** Fields that the org computes. */
  readonly skipped: readonly string[];
};

/** @throws ConnectorError where the org has no such field, or finds no records by the key */
export function targetOf(
  object: SalesforceObject,
  operation: Operation,
  given: readonly Field[],
  key: readonly string[],
): Target {
  const all = given.map((field, place) => ({ given: field, own: ownOf(object, field), place }));
  const found = operation === 'insert' ? undefined : keyOf(object, all, key);
  requireAllowed(object, found?.own.kind === 'id' && operation === 'upsert' ? 'update' : operation);
  const isSent = (field: TargetField) => field === found || field.own.isWritable;
  return {
    object: object.name,
    operation,
    fields: all.filter(isSent),
    key: found,
    skipped: all.filter((field) => !isSent(field)).map((field) => field.given.name),
  };
}

function requireAllowed({ name, allows }: SalesforceObject, operation: Operation): void {
  const needed = operation === 'upsert' ? (['insert', 'update'] as const) : [operation];
  const refused = needed.find((one) => !allows[one]);
  if (refused === undefined) return;
  const message = `The user of the connection may not ${refused} records of ${name}.`;
  throw new ConnectorError('configuration', message);
}

function ownOf({ name, fields, compounds }: SalesforceObject, given: Field): SalesforceField {
  const found = matchName(
    fields.map((field) => field.name),
    given.name,
  );
  const own = fields.find((field) => field.name === found);
  if (own) return own;
  const parts = compounds[matchName(Object.keys(compounds), given.name) ?? ''];
  const remedy = parts
    ? `a compound field is written by its parts: ${parts.join(', ')}`
    : 'make it there, or map it to one that is';
  throw new ConnectorError('request', `${name} has no field "${given.name}" to write: ${remedy}.`, {
    field: 'field_mappings',
  });
}

function keyOf(
  { name, fields }: SalesforceObject,
  all: readonly TargetField[],
  key: readonly string[],
): TargetField {
  const [only] = key;
  const found = all.find(({ given }) => given.name === only);
  if (found?.own.isIdLookup && key.length === 1) return found;
  const usable = fields.filter(({ isIdLookup }) => isIdLookup).map((field) => field.name);
  const message = `Records of ${name} are found by one of its keys, ${usable.join(', ')}: map the key to it.`;
  throw new ConnectorError('request', message, { field: 'key' });
}
