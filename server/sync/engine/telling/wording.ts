import type { Changed } from '../../connectors/changes.ts';
import type { Field } from '../../connectors/connector.ts';
import { toJsonText } from '../../values/json.ts';

type Member = { name: string; at: number; type: Field['type']; prefix: string };

/** Writes records as JSON, in the order of their fields. */
export class Wording {
  readonly #key: readonly Member[];
  readonly #record: readonly Member[];

  constructor(
    fields: readonly Field[],
    { key, skipped }: { key: readonly string[]; skipped: readonly string[] },
  ) {
    const members = fields.map(({ name, type }, at) => {
      return { name, at, type, prefix: `${JSON.stringify(name)}:` };
    });
    this.#key = members.filter(({ name }) => key.includes(name));
    this.#record = members.filter(({ name }) => !skipped.includes(name));
  }

  /** One spelling for each key, among records of these fields. */
  nameOf(row: readonly Changed[]): string {
    const [first] = this.#key;
    if (first && this.#key.length === 1) return row[first.at] ?? '';
    return JSON.stringify(this.#key.map(({ at }) => row[at]));
  }

  key(row: readonly Changed[]): string {
    return textOf(this.#key, row);
  }

  /** `before`: what holds where a field is not written. */
  record(row: readonly Changed[], before?: ReadonlyMap<string, string>): string {
    return textOf(this.#record, row, before);
  }
}

export function objectText(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function textOf(
  members: readonly Member[],
  row: readonly Changed[],
  before?: ReadonlyMap<string, string>,
): string {
  const texts: string[] = [];
  for (const { name, at, type, prefix } of members) {
    const cell = row[at];
    const text = cell === undefined ? before?.get(name) : toJsonText(type, cell);
    if (text !== undefined) texts.push(prefix + text);
  }
  return `{${texts.join(',')}}`;
}
