import { Badge, Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Invitation } from '../../../contract/platform/invitations.ts';
import { platform } from '../../platform/api.ts';
import { roleNames } from '../../platform/people.ts';
import { notify } from '../../ui/notify.ts';
import { Section } from '../../ui/section.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './members.module.css';
import { invitationsKey, movingQuery } from './queries.ts';

/** People who were invited and have not joined yet. */
export function Invitations() {
  const { data, error, refetch } = useQuery({
    queryKey: invitationsKey,
    queryFn: () => platform.listInvitations(),
    ...movingQuery,
  });
  return (
    <Section title="Invitations" description="Each link is valid for seven days, and works once.">
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!data && !error && <LoadingLines label="Loading invitations" />}
      {data?.invitations.length === 0 && (
        <Text size="sm" c="dimmed">
          There are no open invitations.
        </Text>
      )}
      <ul className={classes.list}>
        {data?.invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const client = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => platform.revokeInvitation({ params: { id: invitation.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: invitationsKey });
      notify('The invitation was withdrawn.');
    },
  });
  const { email, role, invited_by, created_at, is_expired } = invitation;
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <Text fw={600} className="truncate" title={email}>
          {email}
        </Text>
        <Text size="sm" c="dimmed">
          {roleNames[role]}, by {invited_by}, <Time at={created_at} />
        </Text>
      </div>
      {is_expired && <Badge color="gray">Expired</Badge>}
      <Button
        variant="default"
        size="compact-sm"
        aria-label={`Withdraw the invitation for ${email}`}
        loading={revoking.isPending}
        onClick={() => revoking.mutate()}
      >
        Withdraw
      </Button>
    </li>
  );
}
