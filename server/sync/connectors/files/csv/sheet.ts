import type { Cell } from '../../../values/types.ts';
import type { Batch } from '../../batch.ts';
import { ConnectorError } from '../../failure.ts';
import type { Sheet, SheetRequest } from '../sheet.ts';
import { readHead } from '../text.ts';
import { Written } from '../written.ts';
import { dialectOf } from './dialect.ts';

/** CSV by RFC 4180 in UTF-8: null is nothing, what is empty is quoted. */
export async function openCsv(request: SheetRequest): Promise<Sheet> {
  const { folder, before, fields, manner } = request;
  const names = fields.map(({ name }) => name);
  const known = before === undefined ? undefined : await shapeOf(before, request);
  const delimiter = known?.delimiter ?? manner.delimiter ?? ',';
  const places = (known?.names ?? names).map((name) => names.indexOf(name));
  const write = writerOf(delimiter);
  const written = await Written.open(folder, before);
  if (!known && manner.hasHeader !== false) await written.add(write(names));
  return {
    add: async ({ rows }: Batch) => {
      await written.add(
        rows.map((row) => write(places.map((place) => row[place] ?? null))).join(''),
      );
      return [];
    },
    finish: async () => written.path,
    close: () => written.close(),
  };
}

/** @throws ConnectorError when the file there does not take these fields */
async function shapeOf(before: string, { fields, manner }: SheetRequest) {
  const { head } = await readHead(before, undefined, 3);
  const isUtf8 = !manner.encoding || /^utf-?8$/i.test(manner.encoding);
  if (!isUtf8 || head.includes(0)) {
    throw new ConnectorError('configuration', 'Only a file in UTF-8 can be appended to.');
  }
  const { names, delimiter } = await dialectOf(before, manner);
  // A file without anything gets its header now.
  if (names.length === 0) return undefined;
  const missing = fields.find(({ name }) => !names.includes(name));
  if (missing) {
    throw new ConnectorError('request', `The file has no column ${missing.name}.`, {
      field: 'fields',
    });
  }
  return { names, delimiter: String.fromCharCode(delimiter) };
}

function writerOf(delimiter: string): (row: readonly Cell[]) => string {
  const write = (cell: Cell) => {
    if (cell === null) return '';
    const isPlain = cell !== '' && !cell.includes(delimiter) && !/["\r\n\ufeff]/.test(cell);
    return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
  };
  return (row) => `${row.map(write).join(delimiter)}\n`;
}
