import type { Platform } from '../../platform/platform.ts';
import * as rules from '../syncs/cursor/cursor.ts';
import { findSync } from './finding.ts';

const shownMax = 50;

/** From where the next run reads; null: from the beginning. */
export async function showCursor(platform: Platform, given: string) {
  const { acting, id } = await findSync(platform, given);
  return rules.getCursor(acting.reading, { params: { sync: id }, query: {}, body: undefined });
}

/** `cursor` is what was shown, or `{"value": …}` with a value of the cursor field. */
export async function setCursor(platform: Platform, given: string, cursor: unknown) {
  const { acting, id } = await findSync(platform, given);
  return acting.write((ctx) =>
    rules.putCursor(ctx, { params: { sync: id }, query: {}, body: { cursor } }),
  );
}

export async function resetCursor(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findSync(platform, given);
  await acting.write((ctx) =>
    rules.deleteCursor(ctx, { params: { sync: id }, query: {}, body: undefined }),
  );
}

/** The positions that a sync has had, the latest first. */
export async function listCursors(platform: Platform, given: string) {
  const { acting, id } = await findSync(platform, given);
  const query = { limit: shownMax };
  const input = { params: { sync: id }, query, body: undefined };
  return (await rules.getCursorHistory(acting.reading, input)).body;
}
