import { toJsonText } from '../../../values/json.ts';
import type { Cell, FieldType } from '../../../values/types.ts';
import type { Batch } from '../../batch.ts';
import type { Sheet, SheetRequest } from '../sheet.ts';
import { Written } from '../written.ts';

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** A JSON object a line; numbers are written digit by digit. */
export async function openNdjson({ folder, before, fields }: SheetRequest): Promise<Sheet> {
  const written = await Written.open(folder, before);
  const members = fields.map(({ name, type }) => ({ name: JSON.stringify(name), type }));
  return {
    add: async ({ rows }: Batch) => {
      const lines = rows.map((row) => {
        const texts = members.map(
          ({ name, type }, at) => `${name}:${textOf(type, row[at] ?? null)}`,
        );
        return `{${texts.join(',')}}\n`;
      });
      await written.add(lines.join(''));
      return [];
    },
    finish: async () => written.path,
    close: () => written.close(),
  };
}

function textOf(type: FieldType, cell: Cell): string {
  const isExact = type.kind === 'int8' || type.kind === 'numeric';
  return isExact && cell !== null && jsonNumber.test(cell) ? cell : toJsonText(type, cell);
}
