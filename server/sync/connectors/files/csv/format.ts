import { Batch } from '../../batch.ts';
import { decodeLines } from '../../copy-text.ts';
import type { Format, Manner, Piece, Wanted } from '../format.ts';
import { readTyped } from '../typed.ts';
import { dialectOf } from './dialect.ts';
import { CsvReader, fieldsOf } from './records.ts';

export const csv: Format = {
  async describe(path, manner) {
    return fieldsOf(await dialectOf(path, manner), manner);
  },

  async *read(path: string, manner: Manner, wanted: Wanted): AsyncGenerator<Piece> {
    const dialect = await dialectOf(path, manner);
    const { fields } = wanted;
    const columns = fields.map(({ name }) => dialect.names.indexOf(name));
    const isText = fields.every(({ type }) => type.kind === 'text');
    const reader = new CsvReader(dialect, columns, wanted);
    for await (const { lines, count, starts, unread, mark } of reader.read(path, manner)) {
      if (isText) {
        yield { batch: Batch.ofLines(lines, count, undefined, unread), mark };
        continue;
      }
      const typed = readTyped(fields, decodeLines(lines), starts);
      yield { batch: Batch.ofRows(typed.rows, undefined, [...unread, ...typed.unread]), mark };
    }
  },
};
