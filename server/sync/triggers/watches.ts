import type { Watches } from './keeping.ts';

/** Where nothing watches records yet. */
export const watches: Watches = {
  async place() {},
  async end() {},
  settle: async (_, trigger) => trigger,
};
