import { createHash, randomUUID } from 'node:crypto';

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** Gives people's access as RFC 6749 (section 4.1), RFC 7636 and vendors do: refresh tokens work once. */
export class OAuthServer {
  readonly clientId = 'simulated';
  readonly clientSecret = randomUUID();
  /** What a test wants: how long a token lives, and whether it can be renewed. */
  seconds = 1_800;
  isEnded = false;
  /** How often tokens were renewed. */
  renewals = 0;
  /** Beside the tokens in each answer. */
  readonly #more: () => Readonly<Record<string, unknown>>;
  readonly #codes = new Map<string, { challenge: string; redirect: string }>();
  readonly #refresh = new Set<string>();
  readonly #access = new Map<string, number>();

  constructor(more: () => Readonly<Record<string, unknown>> = () => ({})) {
    this.#more = more;
  }

  /** Whoever comes gives access at once. */
  authorize({ searchParams: given }: URL): Answer {
    const redirect = given.get('redirect_uri') ?? '';
    const isSound = given.get('client_id') === this.clientId && URL.canParse(redirect);
    if (!isSound || given.get('code_challenge_method') !== 'S256') return { status: 400, body: {} };
    const code = randomUUID();
    this.#codes.set(code, { challenge: given.get('code_challenge') ?? '', redirect });
    const url = new URL(redirect);
    url.searchParams.set('code', code);
    url.searchParams.set('state', given.get('state') ?? '');
    return { status: 302, headers: { location: url.href } };
  }

  token(body: string): Answer {
    const given = new URLSearchParams(body);
    const isKnown =
      given.get('client_id') === this.clientId && given.get('client_secret') === this.clientSecret;
    if (!isKnown) return refused(401, 'invalid_client');
    const isGiven =
      given.get('grant_type') === 'refresh_token' ? this.#renews(given) : this.#redeems(given);
    return isGiven && !this.isEnded ? this.#give() : refused(400, 'invalid_grant');
  }

  accepts(authorization: string | undefined): boolean {
    const until = this.#access.get(authorization?.replace(/^(Bearer|OAuth) /, '') ?? '');
    return until !== undefined && until > Date.now();
  }

  /** Those that were given work no more, whatever was said of their end. */
  end(): void {
    this.#access.clear();
  }

  #redeems(given: URLSearchParams): boolean {
    const asked = this.#codes.get(given.get('code') ?? '');
    this.#codes.delete(given.get('code') ?? '');
    const verifier = given.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return asked?.challenge === challenge && asked.redirect === given.get('redirect_uri');
  }

  #renews(given: URLSearchParams): boolean {
    const isKnown = this.#refresh.delete(given.get('refresh_token') ?? '');
    if (isKnown) this.renewals += 1;
    return isKnown;
  }

  #give(): Answer {
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    this.#access.set(access_token, Date.now() + this.seconds * 1000);
    this.#refresh.add(refresh_token);
    const tokens = { access_token, refresh_token, token_type: 'bearer', expires_in: this.seconds };
    return { status: 200, body: { ...tokens, ...this.#more() } };
  }
}

function refused(status: number, error: string): Answer {
  return { status, body: { error, error_description: 'The simulator says no.' } };
}
