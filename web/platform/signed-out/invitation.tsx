import { Heading } from './parts.tsx';

/** Where the link of an invitation leads; opening it changes nothing. */
export function InvitationPage() {
  return <Heading title="Invitation" />;
}
