/**
 * What exists where samples are sent: an id of every noun, by the name that it has in paths
 * (`channel`, `user`), and a date that lies ahead.
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
 * For each endpoint a call that goes well, one after the other in this order: so what a call needs, or
 * ends, comes before it, or after.
 */
export type Samples<Names extends string = string> = Readonly<
  Record<Names, (existing: Existing) => Sample>
>;
