import type { Row } from '../../values/types.ts';
import type { ApplyRequest, ApplyResult, Written } from '../connector.ts';
import { applyTogether, asWriteRequest, makesRecords } from '../sql/apply.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import { type Place, requireTable } from './catalogue.ts';
import type { Link } from './link.ts';
import { loadRows, textsOf } from './load.ts';
import { changing } from './statements.ts';
import { type Target, targetOf } from './target.ts';

/** Each record has its own answer; all are in one transaction. */
export async function apply(
  link: Link,
  place: Place,
  request: ApplyRequest,
): Promise<ApplyResult[]> {
  await requireTable(link, place, request.object);
  const target = await targetOf(link, place, asWriteRequest(request), makesRecords(request));
  await link.run('begin');
  try {
    const results = await applyTogether(request, (rows) => applyRows(link, request, target, rows));
    await link.run('commit');
    return results;
  } catch (error) {
    await link.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** Those that are changed or deleted come one by one. */
async function applyRows(
  link: Link,
  { operation: action }: ApplyRequest,
  { table, slots: all }: Target,
  rows: readonly Row[],
): Promise<Written> {
  if (action === 'insert' || action === 'upsert') {
    return loadRows(link, { action, into: table, slots: all, constants: {}, fence: '' }, rows);
  }
  const row = rows[0] ?? [];
  const places = all.flatMap(({ isKey }, at) => (action === 'update' || isKey ? [at] : []));
  const slots = places.map((at) => all[at]!);
  const texts = textsOf(
    slots,
    places.map((at) => row[at] ?? null),
  );
  if ('reason' in texts) return refused(texts.reason);
  const keys = texts.texts.filter((_, at) => slots[at]?.isKey);
  try {
    const binds = action === 'delete' ? keys : [...texts.texts, ...keys];
    const [written = 0] = await link.change(changing(action, table, slots), binds);
    return { written, skipped: 0, rejected: [] };
  } catch (error) {
    if (error instanceof RecordRefusal) return refused(error.message);
    throw error;
  }
}

function refused(reason: string): Written {
  return { written: 0, skipped: 0, rejected: [{ index: 0, reason }] };
}
