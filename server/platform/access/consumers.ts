import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { randomText } from '../../runtime/ids.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';
import {
  type ConsumerRow,
  insertConsumer,
  notifyConsumer,
  selectConsumers,
  updateConsumerRevoked,
  updateConsumerSecret,
} from './store.ts';

export type Credentials = { client_id: string; client_secret: string };

export type NewConsumer = {
  name: string;
  scopes: readonly string[];
  practiceIds: readonly number[] | null;
  plan: PlanName;
};

/** 26 and 52 characters of 5.17 bits: the secret can't be guessed, so a fast hash keeps it. */
export function newCredentials(): Credentials {
  return { client_id: randomText(26), client_secret: randomText(52) };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function secretFits(consumer: ConsumerRow, secret: string): boolean {
  return timingSafeEqual(hashSecret(secret), consumer.secret_hash);
}

/** Registers an API consumer; its secret is shown now and never again. */
export async function createConsumer(
  database: Database,
  organization: number,
  consumer: NewConsumer,
  now: Date,
  credentials = newCredentials(),
): Promise<Credentials & { id: number }> {
  const { client_id, client_secret } = credentials;
  const id = await database.system.transaction((tx) =>
    insertConsumer(tx, organization, {
      ...consumer,
      client_id,
      hash: hashSecret(client_secret),
      now,
    }),
  );
  return { id, ...credentials };
}

/** Gives a consumer a new secret. The old one, and every token that was issued to it, end now. */
export async function rotateConsumer(database: Database, clientId: string): Promise<Credentials> {
  const { client_secret } = newCredentials();
  await database.system.transaction(async (tx) => {
    const found = await updateConsumerSecret(tx, clientId, hashSecret(client_secret));
    if (!found) throw unknownConsumer(clientId);
    await notifyConsumer(tx, clientId);
  });
  return { client_id: clientId, client_secret };
}

/** Ends a consumer: its secret and its tokens stop working now, in every process. */
export async function revokeConsumer(
  database: Database,
  clientId: string,
  now: Date,
): Promise<void> {
  await database.system.transaction(async (tx) => {
    const found = await updateConsumerRevoked(tx, clientId, now);
    if (!found) throw unknownConsumer(clientId);
    await notifyConsumer(tx, clientId);
  });
}

export async function listConsumers(database: Database) {
  return selectConsumers(database.system.reading);
}

function unknownConsumer(clientId: string) {
  return invalid('client_id', `no active consumer has the id ${clientId}.`);
}
