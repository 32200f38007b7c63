import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { requestToken } from '../contract/client.ts';
import { against, paired, type Result } from './figures.ts';
import { withInstallation } from './installation.ts';
import { type Load, loadExpecting } from './load/load.ts';
import { makeScene, type Scene } from './scene.ts';

const rounds = 5;
const connections = 16;
const issued = 1_000;
const checked = 2_000;
const algorithm = 'RS256';

/** Issues and checks access tokens, against the bare arithmetic of RSA by jose. */
export async function measureTokens(): Promise<Result> {
  return withInstallation(async (at) => {
    const scene = await makeScene(at, { practices: 1, doctorsEach: 1, openings: 1 });
    const server = await at.serve({ HEDDLE_ROLES: 'web' });
    const given = { port: server.port, connections };
    const bare = await bareTokens();

    const issue = () => requestTokens(scene.consumer, given);
    await issue();
    const issuing = await paired(rounds, issue, () => timesASecond(issued, bare.sign));

    const tokens = await Promise.all(
      Array.from({ length: checked * (rounds + 1) }, () => narrowToken(scene, server.port)),
    );
    const check = (round: number) =>
      callWith(tokens.slice(round * checked, (round + 1) * checked), given);
    await check(rounds);
    const checking = await paired(rounds, check, () => timesASecond(checked, bare.verify));

    const [token = ''] = tokens;
    const again = () => callWith(Array<string>(checked).fill(token), given);
    const known = await paired(rounds, again, () => timesASecond(checked, bare.verify));
    return {
      benchmark: 'tokens',
      about: 'RS256 with 2048 bits, over HTTP, against jose in a loop without a server',
      figures: [
        against('issued at /oauth2/token', 'tokens/s', issuing, 'jose sign'),
        against('checked, each seen once', 'calls/s', checking, 'jose verify', { note: callNote }),
        against('checked, one token', 'calls/s', known, 'jose verify', { note: knownNote }),
      ],
    };
  });
}

const callNote =
  'whole calls over HTTP, that are refused once the token is known to lack the scope';
const knownNote = 'a signature that was checked is remembered until the token expires';

async function narrowToken({ consumer }: Scene, port: number): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  return (await requestToken(url, { ...consumer, scope: 'practices/get' })).access_token;
}

type Given = Pick<Load, 'port' | 'connections'>;

async function requestTokens(
  { client_id, client_secret }: { client_id: string; client_secret: string },
  given: Given,
): Promise<number> {
  const body = JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret });
  const request = { method: 'POST' as const, path: '/oauth2/token', body };
  const loaded = await loadExpecting(200, { ...given, requests: [request], times: issued });
  return loaded.perSecond;
}

/** Calls that the tokens have no scope for: they are checked, and the call is refused. */
async function callWith(tokens: readonly string[], given: Given): Promise<number> {
  const path = '/scheduling/locations';
  const requests = tokens.map((authorization) => ({ method: 'GET' as const, path, authorization }));
  return (await loadExpecting(403, { ...given, requests })).perSecond;
}

async function bareTokens() {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { modulusLength: 2048 });
  const claims = { sub: 'consumer', scope: 'bookings/get', token_use: 'access', generation: 1 };
  const sign = () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  const token = await sign();
  return { sign, verify: () => jwtVerify(token, publicKey, { algorithms: [algorithm] }) };
}

/** As many at once as the server has, so that jose's use of the thread pool is the same. */
async function timesASecond(times: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let begun = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (begun < times) {
        begun += 1;
        await work();
      }
    }),
  );
  return times / ((performance.now() - began) / 1000);
}
