import type { In } from '../../../contract/endpoint.ts';
import type { data } from '../../../contract/sync/data.ts';
import type { Platform } from '../../platform/platform.ts';
import * as rules from '../data/data.ts';
import { sessionsOf } from './acting.ts';
import { findConnection } from './finding.ts';

export type Query = In<typeof data, 'queryData'>['body'];

/** A page of records of a connected system. */
export async function queryData(platform: Platform, connection: string, body: Query) {
  const { acting, id } = await findConnection(platform, connection);
  const query = rules.queryData(sessionsOf(platform));
  return query(acting.outside, { params: { connection: id }, query: {}, body });
}
