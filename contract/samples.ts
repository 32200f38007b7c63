/**
 * What exists where samples are sent: an id of every noun, by the name that it has in paths
 * (`channel`, `user`), and a date in the future.
 */
export type Existing = { readonly ids: Readonly<Record<string, string>>; readonly day: string };

export type Sample = {
  /** Of the path, where they are not the usual ones. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string | Blob>>;
};

/**
 * For each endpoint, a call that succeeds. They are made in this order, so what a call needs is
 * made before it, and what it ends is not needed after it.
 */
export type Samples<Names extends string = string> = Readonly<
  Record<Names, (existing: Existing) => Sample>
>;
