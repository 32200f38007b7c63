import type { Wall } from '../../runtime/database/database.ts';
import type { Access, Authorization } from '../connectors/authorization.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { type Credentials, isByPerson } from './authorization.ts';
import { type ConnectionRow, lockConnection, updateGrant } from './store.ts';
import { askForTokens, type Grant } from './tokens.ts';

/** Before its end a token is not used any more. */
const earlySeconds = 60;
const unopened =
  'Nobody has given access yet: POST /v1/connections/{id}/test answers an authorize_url.';
const over =
  'The access that was given has ended: POST /v1/connections/{id}/test asks for it anew.';

type Sealing = {
  open(row: ConnectionRow): Credentials;
  seal(id: string, credentials: Credentials): Buffer;
};

type Means = {
  wall: Wall;
  sealing: Sealing;
  authorization: Authorization;
  fetch: typeof globalThis.fetch;
  now: () => Date;
};

/**
 * What a person has given, renewed before it ends: by one process at a time, and the others take what
 * that one has got. `refused`: a token that the system does not take any more.
 * @throws ConnectorError
 */
export async function accessOf(
  connection: ConnectionRow,
  { wall, sealing, authorization, fetch, now }: Means,
  refused?: string,
): Promise<Access> {
  const isFresh = ({ access_token, expires_at }: Grant) =>
    access_token !== refused &&
    (expires_at === null || Date.parse(expires_at) - earlySeconds * 1000 > now().getTime());
  const known = grantIn(sealing.open(connection));
  if (known && isFresh(known)) return accessBy(known);
  const { organization_id: organization, id } = connection;
  return wall.transaction(async (tx) => {
    const row = await lockConnection(tx, organization, id);
    if (!row) throw new ConnectorError('configuration', unopened);
    const credentials = sealing.open(row);
    const grant = grantIn(credentials);
    if (!isByPerson(credentials) || !grant) throw new ConnectorError('configuration', unopened);
    if (isFresh(grant)) return accessBy(grant);
    if (grant.refresh_token === null) throw new ConnectorError('configuration', over);
    const { client_id, client_secret } = credentials;
    const parameters = {
      grant_type: 'refresh_token',
      refresh_token: grant.refresh_token,
      client_id,
      client_secret,
    };
    const place = authorization.places(row.config).token;
    const renewed = await askForTokens(fetch, place, parameters, now());
    const kept: Grant = {
      ...renewed,
      refresh_token: renewed.refresh_token ?? grant.refresh_token,
      answer: { ...grant.answer, ...renewed.answer },
    };
    await updateGrant(tx, organization, id, sealing.seal(id, { ...credentials, grant: kept }));
    return accessBy(kept);
  });
}

function grantIn(credentials: Credentials): Grant | undefined {
  return isByPerson(credentials) ? credentials.grant : undefined;
}

function accessBy({ access_token, answer }: Grant): Access {
  return { token: access_token, answer };
}
