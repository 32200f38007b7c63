/** Which rows are read as records: a page in the order of their ids, or those with some ids. */
export type Picked = { after: number; limit: number } | { ids: readonly number[] };

/** What people call what a record has the ids of. */
export type Named = { practice_name: string; location_name: string; doctor_name: string | null };

/** The condition on a column of ids, with the parameters $3 and $4, and the order. */
export function picking(column: string, picked: Picked): { condition: string; values: unknown[] } {
  return 'ids' in picked
    ? { condition: `${column} = any($3) order by ${column} limit $4`, values: [picked.ids, null] }
    : {
        condition: `${column} > $3 order by ${column} limit $4`,
        values: [picked.after, picked.limit],
      };
}
