import { toJsonText } from '../../../values/json.ts';
import type { Cell, FieldType, Row } from '../../../values/types.ts';
import type { Batch } from '../../batch.ts';
import type { Rejected } from '../../field.ts';
import type { Sheet, SheetRequest } from '../sheet.ts';
import { Written } from '../written.ts';

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** A JSON object a line; numbers are written digit by digit. */
export async function openNdjson({ folder, before, fields }: SheetRequest): Promise<Sheet> {
  const written = await Written.open(folder, before);
  const members = fields.map(({ name, type }) => ({ name: JSON.stringify(name), type }));
  return {
    add: async ({ rows }: Batch) => {
      const rejected: Rejected[] = [];
      const lines: string[] = [];
      for (const [index, row] of rows.entries()) {
        const silent = fields.find(({ type }, at) => isJsonNull(type, row[at] ?? null));
        if (silent) rejected.push({ index, field: silent.name, reason: jsonNull });
        else lines.push(lineOf(members, row));
      }
      await written.add(lines.join(''));
      return rejected;
    },
    finish: async () => written.path,
    close: () => written.close(),
  };
}

const jsonNull = 'It is null as JSON, which no reader of the file could tell from no value.';

function isJsonNull({ kind }: FieldType, cell: Cell): boolean {
  return (kind === 'json' || kind === 'jsonb') && cell?.trim() === 'null';
}

function lineOf(members: readonly { name: string; type: FieldType }[], row: Row): string {
  const texts = members.map(({ name, type }, at) => `${name}:${textOf(type, row[at] ?? null)}`);
  return `{${texts.join(',')}}\n`;
}

function textOf(type: FieldType, cell: Cell): string {
  const isExact = type.kind === 'int8' || type.kind === 'numeric';
  return isExact && cell !== null && jsonNumber.test(cell) ? cell : toJsonText(type, cell);
}
