import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { platform } from '../../platform/api.ts';
import { administers, useSession } from '../../platform/session.ts';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/section.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { MemberRow } from './member-row.tsx';
import classes from './members.module.css';
import { membersKey, movingQuery } from './queries.ts';

/** Who is in the organization, and who is invited. */
export function MembersPage() {
  const mayChange = administers(useSession());
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title="Members"
      actions={
        mayChange && (
          <Button
            leftSection={<IconUserPlus size={18} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            Invite
          </Button>
        )
      }
    >
      <MemberList />
      {mayChange && <Invitations />}
      {isInviting && <Invite onClose={() => setInviting(false)} />}
    </Page>
  );
}

function MemberList() {
  const members = useInfiniteQuery({
    queryKey: membersKey,
    queryFn: ({ pageParam }) =>
      platform.listMembers({ query: pageParam === null ? {} : { after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ members, has_more }) => (has_more ? members.at(-1)?.id : undefined),
    ...movingQuery,
  });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = members;
  return (
    <Section title="Members">
      {error && !data && <ErrorState error={error} retry={() => void refetch()} />}
      {!data && !error && <LoadingLines label="Loading members" />}
      <ul className={classes.list}>
        {data?.pages.map((page) =>
          page.members.map((member) => <MemberRow key={member.id} member={member} />),
        )}
      </ul>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Section>
  );
}
