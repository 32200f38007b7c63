import { fromJson } from '../../values/json.ts';
import { type JsonObject, objectIn } from '../../values/members.ts';
import type { Cell, FieldType, Json, Row } from '../../values/types.ts';
import type { Unread } from '../batch.ts';
import type { Field } from '../connector.ts';
import { isoOf } from './times.ts';

/** A field, and what of a record of Slack it shows. */
export type Column = Field & { read(record: JsonObject): Json | undefined };

type Kind = 'text' | 'boolean' | 'int4' | 'json' | 'timestamptz';
type About = {
  /** In the words of Slack. */
  readonly native?: string;
  /** Members of members, parted by dots; the name of the field by default. */
  readonly from?: string;
  readonly isKey?: true;
  readonly isWritable?: true;
};

function column(name: string, kind: Kind, about: About = {}): Column {
  const { native = natives[kind], from = name, isKey = false, isWritable = false } = about;
  const path = from.split('.');
  const type: FieldType = { kind };
  const read = (record: JsonObject) => {
    const found = path.reduce<Json | undefined>((one, part) => objectIn(one)?.[part], record);
    return kind === 'timestamptz' && found !== undefined ? isoOf(found) : found;
  };
  return { name, type, nativeType: native, isNullable: !isKey, isWritable, read };
}

const natives: Readonly<Record<Kind, string>> = {
  text: 'string',
  boolean: 'boolean',
  int4: 'number',
  json: 'object',
  timestamptz: 'timestamp',
};

export const channelColumns: readonly Column[] = [
  column('id', 'text', { native: 'channel id', isKey: true }),
  column('name', 'text'),
  ...['is_private', 'is_archived', 'is_general', 'is_shared', 'is_ext_shared', 'is_member'].map(
    (name) => column(name, 'boolean'),
  ),
  column('creator', 'text', { native: 'user id' }),
  column('created_at', 'timestamptz', { from: 'created' }),
  column('updated_at', 'timestamptz', { from: 'updated' }),
  column('topic', 'text', { from: 'topic.value' }),
  column('purpose', 'text', { from: 'purpose.value' }),
  column('num_members', 'int4'),
  column('previous_names', 'json'),
];

export const userColumns: readonly Column[] = [
  column('id', 'text', { native: 'user id', isKey: true }),
  column('team_id', 'text', { native: 'team id' }),
  column('name', 'text'),
  column('real_name', 'text'),
  ...['display_name', 'first_name', 'last_name', 'email', 'title', 'phone'].map((name) =>
    column(name, 'text', { from: `profile.${name}` }),
  ),
  column('tz', 'text'),
  ...['is_bot', 'is_app_user', 'is_admin', 'is_owner', 'is_restricted', 'is_ultra_restricted'].map(
    (name) => column(name, 'boolean'),
  ),
  column('deleted', 'boolean'),
  column('status_text', 'text', { from: 'profile.status_text' }),
  column('status_emoji', 'text', { from: 'profile.status_emoji' }),
  column('image_url', 'text', { from: 'profile.image_512' }),
  column('updated_at', 'timestamptz', { from: 'updated' }),
];

/** `channel` and `channel_name` are added to what Slack answers. */
export const messageColumns: readonly Column[] = [
  column('channel', 'text', { native: 'channel id', isKey: true, isWritable: true }),
  column('ts', 'text', { native: 'message ts', isKey: true }),
  column('channel_name', 'text'),
  column('posted_at', 'timestamptz', { from: 'ts' }),
  column('thread_ts', 'text', { native: 'message ts', isWritable: true }),
  column('parent_user_id', 'text', { native: 'user id' }),
  column('user', 'text', { native: 'user id' }),
  column('username', 'text'),
  column('bot_id', 'text', { native: 'bot id' }),
  column('app_id', 'text', { native: 'app id' }),
  column('subtype', 'text'),
  column('text', 'text', { isWritable: true }),
  column('blocks', 'json', { native: 'blocks', isWritable: true }),
  ...['attachments', 'files', 'reactions'].map((name) => column(name, 'json', { native: name })),
  column('reply_count', 'int4'),
  column('latest_reply', 'text', { native: 'message ts' }),
  column('edited_at', 'timestamptz', { from: 'edited.ts' }),
  column('edited_by', 'text', { from: 'edited.user', native: 'user id' }),
];

/** The cells of a record, and what of it could not be read. */
export function rowOf(
  record: JsonObject,
  columns: readonly Column[],
): { row: Row; problem?: Omit<Unread, 'row'> } {
  const row: Cell[] = [];
  let problem: Omit<Unread, 'row'> | undefined;
  for (const { name, type, read } of columns) {
    const reading = fromJson(type, read(record) ?? null);
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: name, reason: `The field "${name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}
