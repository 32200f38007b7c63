import { createHash } from 'node:crypto';
import type { Shape } from '../../connectors/changes.ts';
import type { Field } from '../../connectors/connector.ts';
import type { FieldType } from '../../values/types.ts';

const digits = 6;

/** What the fields were that a place was reached with: types that changed since were never told. */
export function shapeOf(fields: readonly Field[]): string {
  const names = new Map(fields.map(({ name, type }) => [name, type]));
  return [...names].map(([name, type]) => digestOf(name, type)).join('');
}

/** Whether all of these are still among the fields. */
export function isSameShape(kept: string, fields: readonly Field[]): boolean {
  const there = new Set(partsOf(shapeOf(fields)));
  return partsOf(kept).every((part) => there.has(part));
}

/** The fields that are told as something else than they were read as. */
export function changedIn({ fields }: Shape, known: readonly Field[]): string[] {
  return known.flatMap(({ name, type }) => {
    const told = fields.find((field) => field.name === name)?.type;
    return told && textOf(told) !== textOf(type) ? [name] : [];
  });
}

/** Whether a field was among those. */
export function isIn(kept: string, { name, type }: Field): boolean {
  return partsOf(kept).includes(digestOf(name, type));
}

function partsOf(shape: string): readonly string[] {
  return shape.match(new RegExp(`.{${digits}}`, 'g')) ?? [];
}

function digestOf(name: string, type: FieldType): string {
  const said = JSON.stringify([name, textOf(type)]);
  return createHash('sha256').update(said).digest('base64url').slice(0, digits);
}

/** Without what makes no other value of one: new labels, and how long a text may be. */
function textOf(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return `${textOf(type.of)}[]`;
    case 'enum':
    case 'other':
      return type.name;
    case 'numeric':
      return `numeric ${type.precision} ${type.scale}`;
    case 'varchar':
      return 'text';
    default:
      return type.kind;
  }
}
