import { matchName } from '../../conventions/names.ts';
import { readExactly } from '../../values/exact-json.ts';
import { fromJson, toJson } from '../../values/json.ts';
import type { Reading } from '../../values/reading.ts';
import type { Cell, Row } from '../../values/types.ts';
import type { ApplyRequest, Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outcome } from '../outcomes.ts';
import { messageColumns } from './fields.ts';

export type Operation = ApplyRequest['operation'];

/** A message as it is posted, or which one is changed or deleted. */
export type Message = {
  readonly channel: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly text?: string;
  /** In JSON. */
  readonly blocks?: string;
};

/** A message, or why it cannot be sent. */
export type Encoded = Message | { readonly refused: Outcome };

export type Encoding = {
  /** What Slack sets itself. */
  readonly skipped: readonly string[];
  encode(row: Row): Encoded;
};

type Asked = {
  readonly operation: Operation;
  readonly fields: readonly Field[];
  readonly key: readonly string[];
  /** Of the connection. */
  readonly defaultChannel: string | undefined;
};

/** What is longer is cut by Slack, and it says so to nobody. */
const textCharactersMax = 40_000;
const names = ['channel', 'ts', 'thread_ts', 'text', 'blocks'] as const;
type Name = (typeof names)[number];

/** @throws ConnectorError that names what Slack does not take */
export function encodingOf({ operation, fields, key, defaultChannel }: Asked): Encoding {
  const known = messageColumns.map(({ name }) => name);
  const found = fields.map(({ name }) => matchName(known, name));
  const unknown = fields.filter((_, at) => found[at] === undefined);
  if (unknown.length > 0) {
    const said = unknown.map(({ name }) => `"${name}"`).join(', ');
    const message = `Messages of Slack have no field ${said}: map it to "text", or leave it out.`;
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
  const placeOf = (name: Name) => found.indexOf(name);
  if (operation !== 'insert') requireKey(key, placeOf('ts') !== -1);
  if (placeOf('channel') === -1 && defaultChannel === undefined) {
    const message = 'A message needs a "channel": give one, or config.default_channel.';
    throw new ConnectorError('request', message, { field: 'field_mappings' });
  }
  const isTaken = (name: string) =>
    names.some((one) => one === name) && (name !== 'ts' || operation !== 'insert');
  return {
    skipped: fields.filter((_, at) => !isTaken(found[at] ?? '')).map(({ name }) => name),
    encode: (row) => {
      const cells = new Map<Name, string>();
      for (const name of names.filter(isTaken)) {
        const at = placeOf(name);
        const reading =
          at === -1 ? { text: null } : given(name, fields[at] as Field, row[at] ?? null);
        if ('problem' in reading) return refused(name, reading.problem);
        if (reading.text !== null) cells.set(name, reading.text);
      }
      return messageOf(cells, operation, defaultChannel);
    },
  };
}

function messageOf(
  cells: ReadonlyMap<Name, string>,
  operation: Operation,
  defaultChannel: string | undefined,
): Encoded {
  const channel = cells.get('channel') || defaultChannel;
  if (channel === undefined) {
    return refused('channel', 'is empty, and the connection has no config.default_channel');
  }
  const isKeyed = operation === 'update' || operation === 'delete';
  if (isKeyed && !cells.get('ts'))
    return refused('ts', 'is empty, by which messages are found again');
  const text = cells.get('text') ?? '';
  if (operation !== 'delete' && text === '' && !cells.has('blocks')) {
    return refused('text', 'is empty, and there are no blocks');
  }
  return { ...Object.fromEntries([...cells].filter(([, cell]) => cell !== '')), channel };
}

function given(name: Name, { type }: Field, cell: Cell): Reading {
  if (cell === null) return { text: null };
  const isJson = type.kind === 'json' || type.kind === 'jsonb';
  if (name === 'blocks') {
    const isList = Array.isArray(readExactly(cell));
    return isList ? { text: cell } : { problem: 'is no list of blocks in JSON' };
  }
  const json = toJson(type, cell);
  const reading = isJson
    ? { problem: 'is no text' }
    : fromJson({ kind: 'text' }, typeof json === 'number' ? String(json) : json);
  if ('problem' in reading || (reading.text?.length ?? 0) <= textCharactersMax) return reading;
  return { problem: `has more than ${textCharactersMax} characters, which Slack would cut` };
}

function refused(field: Name, rule: string): Encoded {
  return { refused: { error: `The field "${field}" ${rule}.`, field } };
}

/** @throws ConnectorError */
function requireKey(key: readonly string[], hasTs: boolean): void {
  const isKey = key.includes('ts') && key.every((name) => name === 'ts' || name === 'channel');
  if (isKey && hasTs) return;
  const message =
    'Slack finds messages again by "channel" and "ts" only; what is posted anew takes the mode append.';
  throw new ConnectorError('request', message, { field: 'key' });
}
