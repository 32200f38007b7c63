/** Batches, and what is done when nobody asks for more of them, whether or not anybody has begun. */
export function ending<Item>(
  items: AsyncGenerator<Item>,
  end: () => Promise<unknown>,
): AsyncIterable<Item> {
  const iterator: AsyncIterator<Item> = {
    next: async () => {
      try {
        const next = await items.next();
        if (next.done) await end();
        return next;
      } catch (error) {
        await end();
        throw error;
      }
    },
    return: async () => {
      await end();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
