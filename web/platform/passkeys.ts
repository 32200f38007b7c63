import { ApiError } from '../api.ts';
import { ask } from './auth.ts';

export type Passkey = { id: string; name: string | null; createdAt: string };

/** Whether this browser can use passkeys here (only over HTTPS, or on this machine). */
export function takesPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential &&
    window.isSecureContext
  );
}

/** Signs in with a passkey. @throws ApiError `cancelled` when the person does not go through with it */
export async function signInWithPasskey(): Promise<void> {
  const options = await ask('GET', '/passkey/generate-authenticate-options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await chosen(() => navigator.credentials.get({ publicKey }));
  await ask('POST', '/passkey/verify-authentication', { response: credential.toJSON() });
}

/** Adds a passkey of this device or key. @throws ApiError `cancelled`, `exists` */
export async function addPasskey(name: string): Promise<void> {
  const options = await ask('GET', '/passkey/generate-register-options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await chosen(() => navigator.credentials.create({ publicKey }));
  await ask('POST', '/passkey/verify-registration', { response: credential.toJSON(), name });
}

export async function listPasskeys(): Promise<Passkey[]> {
  return (await ask('GET', '/passkey/list-user-passkeys')) as unknown as Passkey[];
}

export async function renamePasskey(id: string, name: string): Promise<void> {
  await ask('POST', '/passkey/update-passkey', { id, name });
}

export async function removePasskey(id: string): Promise<void> {
  await ask('POST', '/passkey/delete-passkey', { id });
}

async function chosen(choose: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await choose();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'InvalidStateError') {
      throw new ApiError(400, 'exists', 'This device already has a passkey for this account.');
    }
  }
  throw new ApiError(400, 'cancelled', 'No passkey was used. Try again, or use your password.');
}
