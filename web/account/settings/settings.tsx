import { Page } from '../../ui/page.tsx';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { TwoFactor } from './two-factor.tsx';

/** The person's own settings: the name that others see, and how they sign in. */
export function SettingsPage() {
  return (
    <Page title="Settings">
      <Profile />
      <Password />
      <TwoFactor />
      <Passkeys />
    </Page>
  );
}
