import { fromJson } from '../../values/json.ts';
import type { Cell } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { SalesforceField, SalesforceObject } from './fields.ts';
import { literalOf } from './soql.ts';

/** Whether a record comes after another one in the order of the cursor. */
export function isBeyond(order: readonly Cell[], last: readonly Cell[]): boolean {
  const [one = '', id = ''] = order.map(String);
  const [other = '', lastId = ''] = last.map(String);
  return one > other || (one === other && id > lastId);
}

/** @throws ConnectorError when the org finds no records by the field */
export function cursorOf(
  object: SalesforceObject,
  name: string | undefined,
): SalesforceField | undefined {
  const [field] = pick(object.fields, name === undefined ? [] : [name]);
  if (!field || object.cursorFields.includes(field.name)) return field;
  const usable = object.cursorFields.join(', ');
  const remedy =
    usable === '' ? 'leave it out, and everything is read' : `those that can are ${usable}`;
  const message = `What is new in ${object.name} cannot be found by ${field.name}: ${remedy}.`;
  throw new ConnectorError('request', message, { field: 'cursor_field' });
}

/** A value in SOQL. @throws ConnectorError when no record can be found by it */
export function literalFor(field: SalesforceField, cell: Cell | undefined): string {
  const literal = cell == null || !field.isFilterable ? undefined : literalOf(field, cell);
  if (literal !== undefined) return literal;
  const message = `Salesforce finds no records by this value of ${field.name}.`;
  throw new ConnectorError('request', message);
}

/** The same of a value as somebody may have written it. @throws ConnectorError */
export function literalBy(field: SalesforceField, text: string): string {
  const reading = fromJson(field.type, text);
  return literalFor(field, 'text' in reading ? reading.text : undefined);
}
