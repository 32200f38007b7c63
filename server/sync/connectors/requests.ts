/** A request to a system that is sent as it is. */
export type SystemRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type SystemAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};
