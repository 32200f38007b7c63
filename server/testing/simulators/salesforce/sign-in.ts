import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import type { Answer, Ask } from './http.ts';

const minutesMax = 5;

/** Who may sign in, and which tokens are valid. */
export class SignIn {
  consumerKey = '3MVG9simulator.consumer';
  readonly consumerSecret = 'simulated-secret';
  readonly username = 'ada@simulator.example';
  /** PEM, of which the org has the public half. */
  readonly privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  readonly #tokens = new Set<string>();

  isValid(authorization: string | undefined): boolean {
    return this.#tokens.has(authorization?.replace(/^(Bearer|OAuth) /, '') ?? '');
  }

  expire(): void {
    this.#tokens.clear();
  }

  answer({ body, url }: Ask): Answer {
    const form = new URLSearchParams(body);
    const refusal = this.#refusalOf(form, url.origin);
    if (refusal) {
      const [error, error_description] = refusal;
      return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description } };
    }
    const token = `00D5g000000Sim!${randomBytes(24).toString('base64url')}`;
    this.#tokens.add(token);
    const id = `${url.origin}/id/00D5g000000SimEAE/0055g00000000001AAA`;
    const granted = { access_token: token, scope: 'api', instance_url: url.origin };
    return { status: 200, body: { ...granted, id, token_type: 'Bearer' } };
  }

  #refusalOf(form: URLSearchParams, origin: string): [string, string] | undefined {
    switch (form.get('grant_type')) {
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
        return this.#refusalOfAssertion(form.get('assertion') ?? '', origin);
      case 'client_credentials': {
        if (form.get('client_id') !== this.consumerKey) {
          return ['invalid_client_id', 'client identifier invalid'];
        }
        const isRight = form.get('client_secret') === this.consumerSecret;
        return isRight ? undefined : ['invalid_client', 'invalid client credentials'];
      }
      default:
        return ['unsupported_grant_type', 'grant type not supported'];
    }
  }

  #refusalOfAssertion(assertion: string, origin: string): [string, string] | undefined {
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const key = createPublicKey(this.privateKey);
    const signed = Buffer.from(`${head}.${claims}`);
    if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) {
      return ['invalid_grant', 'invalid assertion'];
    }
    const { iss, sub, aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com', origin];
    if (!audiences.includes(aud)) return ['invalid_grant', 'audience is invalid'];
    if (iss !== this.consumerKey) return ['invalid_client_id', 'client identifier invalid'];
    if (sub !== this.username) {
      return ['invalid_grant', "user hasn't approved this consumer"];
    }
    const left = Number(exp) - Date.now() / 1000;
    const isInTime = left > 0 && left < minutesMax * 60;
    return isInTime ? undefined : ['invalid_grant', 'assertion has expired'];
  }
}
