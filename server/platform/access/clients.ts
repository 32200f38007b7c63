import { isSecretOf } from '../../runtime/secret-hash.ts';
import type { ConsumerRow } from './store.ts';
import type { Tokens } from './tokens.ts';

const idForm = /^[\x21-\x7e]{1,200}$/;

/** The consumer that an id and its secret belong to; undefined when they fit no live one. */
export async function findClient(
  tokens: Tokens,
  id = '',
  secret = '',
): Promise<ConsumerRow | undefined> {
  if (secret === '' || !idForm.test(id)) return undefined;
  // A secret that does not fit may be newer than what this process has heard of.
  for (const look of [tokens.consumers.get, tokens.consumers.reload]) {
    const consumer = await look(id);
    if (!consumer) return undefined;
    if (isSecretOf(consumer.secret_hash, secret)) return consumer;
  }
  return undefined;
}
