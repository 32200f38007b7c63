import { gzipSync } from 'node:zlib';
import type { Refusal } from './refusal.ts';
import type { Result } from './session.ts';
import { wireTypeOf } from './types.ts';

/** Rows that come with the answer; the rest is fetched. */
const inlineMax = 100;
const chunkMax = 1_000;

export type Chunk = { readonly path: string; readonly bytes: Buffer };

/** A result as the driver reads it, and the pieces that it fetches afterwards. */
export function shown(queryId: string, result: Result, url: string) {
  const { columns, rows, statementTypeId } = result;
  const chunks: Chunk[] = [];
  const told = [];
  for (let from = inlineMax; from < rows.length; from += chunkMax) {
    const part = rows.slice(from, from + chunkMax);
    const text = part.map((row) => JSON.stringify(row)).join(',');
    const path = `/chunks/${queryId}/${chunks.length}`;
    const bytes = gzipSync(text);
    chunks.push({ path, bytes });
    const uncompressedSize = Buffer.byteLength(text);
    told.push({
      url: url + path,
      rowCount: part.length,
      uncompressedSize,
      compressedSize: bytes.length,
    });
  }
  const data = {
    ...{ parameters: [], queryId, version: 1, statementTypeId, queryResultFormat: 'json' },
    rowtype: columns.map(({ name, type, isNullable }) => ({
      ...{ name, type: wireTypeOf(type), nullable: isNullable },
      ...{ scale: type.scale ?? null, precision: type.precision ?? null },
      ...{ length: type.length ?? null, byteLength: null },
    })),
    ...{ rowset: rows.slice(0, inlineMax), total: rows.length, returned: rows.length },
    ...(told.length > 0 ? { chunks: told, chunkHeaders: { 'x-simulated': 'yes' } } : {}),
  };
  return { body: { data, code: null, message: null, success: true }, chunks };
}

export function refused({ code, sqlState, message }: Refusal, queryId: string) {
  const data = { internalError: false, errorCode: code, sqlState, queryId };
  return { data, code, message, success: false };
}
