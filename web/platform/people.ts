import { platform, reach } from '../api.ts';

/** Works for another organization from now on; what was loaded is of the one before. */
export async function switchOrganization(id: string): Promise<void> {
  await platform.switchOrganization({ body: { organization_id: id } });
}

export type SignInOptions = { password: boolean; passkey: boolean; oidc: { name: string } | null };

/** How one can sign in here. */
export async function findSignInOptions(): Promise<SignInOptions> {
  const response = await reach('/api/platform/sign-in-options');
  if (!response.ok) return { password: true, passkey: true, oidc: null };
  return (await response.json()) as SignInOptions;
}
