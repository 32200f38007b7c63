import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import type { NewEvent } from '../../runtime/events/events.ts';
import { requireUnarchived } from '../channels/rights.ts';
import type { Content } from '../formatting/content.ts';
import type { PostName } from '../names/post-name.ts';
import { notifyReaders, renotifyReaders } from '../notices/notices.ts';
import { deleteNotices } from '../notices/store.ts';
import { insertReading, type PlaceOf } from '../readings/store.ts';
import { checkFiles, forgetFiles, noteFiles } from './embedding.ts';
import type { Locked, PostRow } from './post.ts';
import { type PostTable, updatePost, updatePostDeleted } from './store.ts';

export type Actor = { id: number };
export type Act = 'posted' | 'edited' | 'deleted' | 'reacted';
type StoredPost = PostRow & { id: number | string };

/** One kind of post: where it differs from the others. */
export type PostKind<Row extends StoredPost> = {
  noun: 'thread' | 'comment' | 'message';
  table: PostTable<Row>;
  nameOf(id: Row['id']): PostName;
  /** What its author has read with it. */
  readingOf(row: Row): { place: PlaceOf; number: number };
  /** A post that the user may read, unless it was deleted; locked. */
  lock(
    tx: Tx,
    organization: number,
    userId: number,
    id: Row['id'],
    act: Act,
  ): Promise<Locked<Row> | undefined>;
  /** @throws AppError not_allowed for one that stays as it is */
  requireChangeable?(row: Row): void;
  event(act: Act, row: Row): NewEvent;
};

/**
 * Stores a post, and does everything that follows from it.
 * @throws AppError file_not_found, and as `insert`
 */
export async function storePost<Row extends StoredPost>(
  ctx: WriteContext,
  kind: PostKind<Row>,
  actor: Actor,
  content: Content,
  insert: () => Promise<Row>,
  answered: readonly number[] = [],
): Promise<Row> {
  await checkFiles(ctx, actor, content);
  const row = await insert();
  const { place, number } = kind.readingOf(row);
  insertReading(ctx.tx, ctx.organization, actor.id, place, number);
  const name = kind.nameOf(row.id);
  noteFiles(ctx, content, name);
  notifyReaders(ctx, name, content, actor.id, answered);
  await record(ctx, `${kind.noun}.post`, String(row.id), [kind.event('posted', row)]);
  return row;
}

/** @throws AppError not_allowed, file_not_found, and the 404 of the kind */
export async function editPost<Row extends StoredPost>(
  ctx: WriteContext,
  kind: PostKind<Row>,
  actor: Actor,
  id: Row['id'],
  content: Content,
): Promise<Row> {
  const { tx, organization, now } = ctx;
  const { is_archived = false } = await lockOwn(ctx, kind, actor, id, 'edited');
  requireUnarchived({ is_archived });
  await checkFiles(ctx, actor, content);
  const row = await updatePost(tx, organization, kind.table, id, content, now);
  const name = kind.nameOf(id);
  forgetFiles(ctx, name);
  noteFiles(ctx, content, name);
  renotifyReaders(ctx, name, content, actor.id);
  await record(ctx, `${kind.noun}.edit`, String(id), [kind.event('edited', row)]);
  return row;
}

/** @throws AppError not_allowed, and the 404 of the kind */
export async function deletePost<Row extends StoredPost>(
  ctx: WriteContext,
  kind: PostKind<Row>,
  actor: Actor,
  id: Row['id'],
): Promise<Row> {
  const { tx, organization, now } = ctx;
  const row = await lockOwn(ctx, kind, actor, id, 'deleted');
  await updatePostDeleted(tx, organization, kind.table, id, now);
  const name = kind.nameOf(id);
  deleteNotices(tx, organization, name);
  forgetFiles(ctx, name);
  await record(ctx, `${kind.noun}.delete`, String(id), [kind.event('deleted', row)]);
  return row;
}

/** A post, locked until the transaction ends. @throws AppError the 404 of the kind */
export async function lockPost<Row extends StoredPost>(
  { tx, organization }: WriteContext,
  { lock, noun }: PostKind<Row>,
  userId: number,
  id: Row['id'],
  act: Act,
): Promise<Locked<Row>> {
  const row = await lock(tx, organization, userId, id, act);
  if (!row) throw new AppError(`${noun}_not_found`);
  return row;
}

async function lockOwn<Row extends StoredPost>(
  ctx: WriteContext,
  kind: PostKind<Row>,
  actor: Actor,
  id: Row['id'],
  act: Act,
): Promise<Locked<Row>> {
  const row = await lockPost(ctx, kind, actor.id, id, act);
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  kind.requireChangeable?.(row);
  return row;
}
