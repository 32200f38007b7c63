import type { ErrorDefinition } from '../product.ts';

export const errors = {
  channel_not_found: { status: 404, message: 'There is no such channel; list the channels.' },
  thread_not_found: { status: 404, message: 'There is no such thread, or it was deleted.' },
  comment_not_found: { status: 404, message: 'There is no such comment, or it was deleted.' },
  chat_not_found: { status: 404, message: 'There is no such chat; check its name or id.' },
  message_not_found: { status: 404, message: 'There is no such message, or it was deleted.' },
} as const satisfies Record<string, ErrorDefinition>;
