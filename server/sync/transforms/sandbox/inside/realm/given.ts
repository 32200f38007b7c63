import { decodeLine } from '../../../../connectors/copy-cells.ts';
import { isoText } from '../../../../values/iso.ts';
import type { Column, Form, Given } from './batch.ts';

export function givenInJson(text: string): Given {
  const records = parsed(text) as Record<string, unknown>[];
  return { names: [], values: [], recordAt: (index) => ({ ...records[index] }) };
}

/** Lines of COPY: a record is made when it is its turn, so that few live at once. */
export function givenInLines(text: string, columns: readonly Column[]): Given {
  const lines = text.split('\n');
  const names = columns.map(({ name }) => name);
  const reads = columns.map(({ form }) => readerOf(form));
  // Copies of one object have one shape, and a name like __proto__ is one of their own.
  const none = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`);
  const given: Given = {
    names,
    values: [],
    recordAt: (index) => {
      const values: unknown[] = [];
      const record: Record<string, unknown> = { ...none };
      const cells = decodeLine(lines[index] as string);
      for (let at = 0; at < names.length; at += 1) {
        const cell = cells[at] as string | null;
        const read = reads[at];
        const value = cell === null || read === undefined ? cell : read(cell);
        values.push(value);
        record[names[at] as string] = value;
      }
      given.values = values;
      return record;
    },
  };
  return given;
}

export function readerOf(form: Form): ((cell: string) => unknown) | undefined {
  switch (form) {
    case 'number':
      return numberOf;
    case 'boolean':
      return booleanOf;
    case 'instant':
      return isoText;
    case 'json':
      return parsed;
    default:
      return undefined;
  }
}

/** A number that is too large for JavaScript is its own text. */
export function parsed(text: string): unknown {
  if (!/\d[eE]\+?\d{3}|\d{308}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_name, value, { source }: { source?: string } = {}) =>
    typeof value === 'number' && !Number.isFinite(value) ? source : value,
  );
}

/** NaN and the infinities are no numbers in JSON. */
export function numberOf(cell: string): number | string {
  const value = Number(cell);
  return Number.isFinite(value) ? value : cell;
}

/** Columns that are booleans by custom may hold other numbers. */
export function booleanOf(cell: string): boolean | string {
  return cell === 't' ? true : cell === 'f' ? false : cell;
}
