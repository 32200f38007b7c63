import { randomInt } from 'node:crypto';
import type { Tx } from '../../runtime/database/database.ts';
import { insertName, type Kind } from './store.ts';

/** A new id of 11 digits, which nobody can guess. */
export async function takeNumber(tx: Tx, organization: number, kind: Kind): Promise<number> {
  for (;;) {
    const id = randomInt(10_000_000_000, 99_999_999_999);
    if (await insertName(tx, organization, id, kind)) return id;
  }
}

/** An id as a client sends it; 0, which nothing has, when it is none. */
export function readNumber(given: string | number): number {
  return /^[1-9]\d{10}$/.test(String(given)) ? Number(given) : 0;
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text has the form of the ids of chats and messages. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}
