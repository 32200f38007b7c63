import { ConnectorError } from '../failure.ts';
import type { Stored } from './place.ts';

export type Kind = 'csv' | 'ndjson' | 'parquet';

const endings: Readonly<Record<string, Kind>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

/** By the ending of the name; `given` where the configuration says it. */
export function kindOf(name: string, given: Kind | undefined): Kind | undefined {
  const ending = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase();
  return endings[ending ?? ''] ?? given;
}

/** A name that leads to nothing above. @throws ConnectorError */
export function safeName(name: string): string {
  const plain = name.replace(/\/+$/, '');
  const isSafe =
    plain !== '' &&
    !/[\0\\]/.test(plain) &&
    !plain.split('/').some((part) => /^\.{0,2}$/.test(part));
  if (isSafe) return plain;
  throw new ConnectorError('missing', `${name} is not the name of a file here.`);
}

/** The one file to write to. @throws ConnectorError */
export function targetName(name: string): string {
  const plain = safeName(name);
  if (name === plain && !plain.split('/').some((part) => part.startsWith('.'))) {
    if (!isPattern(plain)) return plain;
  }
  throw new ConnectorError('request', `${name} does not name one file to write to.`, {
    field: 'object',
  });
}

/** The files of a name, a pattern or a folder: all of one kind. @throws ConnectorError */
export function filesOf(
  object: string,
  files: readonly Stored[],
  given: Kind | undefined,
): { kind: Kind; files: Stored[] } {
  const name = safeName(object);
  const found = namedBy(name, files);
  const kinds = new Set(found.map((file) => kindOf(file.name, given)));
  const [kind] = kinds;
  if (found.length === 0) {
    throw new ConnectorError('missing', `There is no file ${object}.`);
  }
  if (kind === undefined || kinds.size > 1) {
    const expected = 'CSV (.csv, .tsv, .txt), NDJSON (.ndjson, .jsonl) or Parquet (.parquet)';
    const said = kinds.size > 1 ? 'is of several kinds' : 'is of no known kind';
    throw new ConnectorError('request', `${object} ${said}: it must be ${expected}.`, {
      field: 'object',
    });
  }
  return { kind, files: found };
}

function namedBy(name: string, files: readonly Stored[]): Stored[] {
  const exact = files.filter((file) => file.name === name);
  if (exact.length > 0) return exact;
  const inside = files.filter((file) => file.name.startsWith(`${name}/`));
  if (inside.length > 0 || !isPattern(name)) return inside;
  const pattern = expressionOf(name);
  return files.filter((file) => pattern.test(file.name));
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

/** `*` and `?` stay within a folder, `**` does not. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*+|\?|[.+^${}()|[\]\\]/g, (one) => {
    if (one === '**/') return '(?:.*/)?';
    if (one === '**') return '.*';
    if (one.startsWith('*')) return '[^/]*';
    return one === '?' ? '[^/]' : `\\${one}`;
  });
  return new RegExp(`^${source}$`, 'su');
}
