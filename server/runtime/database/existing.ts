/** A row that must exist: if it does not, that is a bug here and not the caller's fault. */
export function existing<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('A row that must exist does not.');
  return row;
}
