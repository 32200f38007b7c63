/** A row that is there whatever happens; without it something is wrong here, and not with the request. */
export function existing<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row that must exist does not.');
  return row;
}
