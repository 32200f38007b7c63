import type { ReadContext } from '../../platform/context.ts';
import type { Members, ObjectRecord, Reading } from '../../platform/objects.ts';
import type { Db } from '../../runtime/database/database.ts';
import { type Reach, reachOf } from '../reach.ts';
import type { Picked } from '../records.ts';

const pageMax = 1_000;

type Numbered = { id: number };
type Select<Row> = (
  db: Db,
  organization: number,
  reach: Reach,
  picked: Picked,
) => Promise<(Row & Numbered)[]>;
type Shown<Row> = {
  show(row: Row & Numbered, ctx: ReadContext): Members;
  /** The number that a key names; 0, which no row has, when it names none. */
  number(key: string): number;
  subject?(row: Row): string;
};

/** Reads rows by their numbers, as far as whoever acts reaches. */
export function reading<Row>(
  select: Select<Row>,
  { show, number, subject }: Shown<Row>,
): Pick<Reading, 'pageMax' | 'page' | 'find'> {
  const pick = async (ctx: ReadContext, picked: Picked): Promise<ObjectRecord[]> => {
    const rows = await select(ctx.latest, ctx.organization, reachOf(ctx.caller), picked);
    return rows.map((row) => ({
      place: String(row.id),
      members: show(row, ctx),
      subject: subject?.(row),
    }));
  };
  return {
    pageMax,
    page: (ctx, after = '0', limit) => pick(ctx, { after: digits(after), limit }),
    find: (ctx, keys) => pick(ctx, { ids: keys.map(number) }),
  };
}

export function digits(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
