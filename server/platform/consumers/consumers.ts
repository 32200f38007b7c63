import type { Action } from '../../../contract/events.ts';
import type { Database, Db, Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { randomText } from '../../runtime/ids.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';
import { hashSecret } from '../../runtime/secret-hash.ts';
import {
  type ConsumerRow,
  insertConsumer,
  notifyConsumer,
  selectAnyConsumer,
  selectConsumers,
  updateConsumerRevoked,
  updateConsumerSecret,
} from '../access/store.ts';
import { insertAudit } from '../audit/store.ts';

export type Credentials = { client_id: string; client_secret: string };

export type NewConsumer = {
  name: string;
  scopes: readonly string[];
  practiceIds: readonly number[] | null;
  plan: PlanName;
};

/** With the colon between them 48 bytes, so that `openssl base64` writes `id:secret` in one line. */
const idLength = 14;
const pairLengthMax = 48;

export function newCredentials(): Credentials {
  const client_id = randomText(idLength);
  return { client_id, client_secret: newSecret(client_id) };
}

/**
 * 33 characters of 5.17 bits, or 21 beside a longer id: it cannot be guessed, so a fast hash is
 * enough.
 */
function newSecret(clientId: string): string {
  return randomText(Math.max(21, pairLengthMax - 1 - clientId.length));
}

/** Registers an API consumer. Its secret is answered now and never again. */
export async function createConsumer(
  tx: Tx,
  organization: number,
  consumer: NewConsumer,
  now: Date,
  credentials = newCredentials(),
): Promise<Credentials & { id: number }> {
  const { client_id, client_secret } = credentials;
  const hash = hashSecret(client_secret);
  const id = await insertConsumer(tx, organization, { ...consumer, client_id, hash, now });
  return { id, ...credentials };
}

/** Gives a consumer a new secret. The old one, and every token issued for it, stop working now. */
export async function rotateConsumer(tx: Tx, clientId: string, now: Date): Promise<Credentials> {
  const client_secret = newSecret(clientId);
  const row = await updateConsumerSecret(tx, clientId, hashSecret(client_secret));
  await announceChange(tx, clientId, row, 'consumer.rotate', now);
  return { client_id: clientId, client_secret };
}

/** Revokes a consumer: its secret and its tokens stop working now, in every process. */
export async function revokeConsumer(tx: Tx, clientId: string, now: Date): Promise<void> {
  const row = await updateConsumerRevoked(tx, clientId, now);
  await announceChange(tx, clientId, row, 'consumer.revoke', now);
}

/** Finds a consumer, even a revoked one. @throws AppError 400 */
export async function findConsumer(db: Db, clientId: string): Promise<ConsumerRow> {
  const row = await selectAnyConsumer(db, clientId);
  if (!row) throw invalid('client_id', `there is no consumer ${clientId}.`);
  return row;
}

export async function listConsumers(database: Database) {
  return selectConsumers(database.system.reading);
}

async function announceChange(
  tx: Tx,
  clientId: string,
  row: { organization_id: number; id: number } | undefined,
  action: Action,
  now: Date,
): Promise<void> {
  if (!row) throw invalid('client_id', `no active consumer has the id ${clientId}.`);
  const subject = `consumer:${row.id}`;
  const entry = { actor: 'operator', action, subject, requestId: 'operator', now };
  await insertAudit(tx, row.organization_id, entry);
  await notifyConsumer(tx, clientId);
}
