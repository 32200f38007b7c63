/** A post that is being sent. */
export type Pending = {
  /** The Idempotency-Key of all its attempts. */
  key: string;
  text: string;
  /** The comment that it answers. */
  parentId: string | null;
  createdAt: string;
  status: 'sending' | 'failed';
  /** Why it failed, as a sentence. */
  error?: string;
};

export type PendingPlace = { channelId: string } | { threadId: string } | { chatId: string };
