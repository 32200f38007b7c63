/** How many characters were looked at: the tests hold it to a multiple of the length. */
export type Steps = { count: number };
