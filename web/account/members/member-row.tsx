import { Badge, Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Member } from '../../../contract/platform/members.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { platform } from '../../platform/api.ts';
import { roleNames, rolesToGive } from '../../platform/people.ts';
import { administers, useSession } from '../../platform/session.ts';
import { Face } from '../../ui/face.tsx';
import { notify } from '../../ui/notify.ts';
import { Question } from '../../ui/question.tsx';
import classes from './members.module.css';
import { membersKey } from './queries.ts';

export function MemberRow({ member }: { member: Member }) {
  const session = useSession();
  const roles = rolesToGive(session.member.role);
  const isChangeable = administers(session) && roles.includes(member.role);
  return (
    <li className={classes.row}>
      <Face name={member.name} size={36} />
      <div className={classes.who}>
        <Text fw={600} className="truncate" title={member.name}>
          {member.name}
          {member.id === session.member.id && ' (you)'}
        </Text>
        <Text size="sm" c="dimmed" className="truncate" title={member.email}>
          {member.email}
        </Text>
      </div>
      {!member.is_proven && (
        <Badge
          color="gray"
          variant="outline"
          title="Nobody has shown yet that the address is theirs"
        >
          Unverified
        </Badge>
      )}
      {isChangeable ? (
        <RoleMenu member={member} roles={roles} />
      ) : (
        <Badge color="gray">{roleNames[member.role]}</Badge>
      )}
    </li>
  );
}

function RoleMenu({ member, roles }: { member: Member; roles: readonly Role[] }) {
  const client = useQueryClient();
  const [isEnding, setEnding] = useState(false);
  const changing = useMutation({
    mutationFn: (role: Role) =>
      platform.changeMember({ params: { id: member.id }, body: { role } }),
    onSuccess: async ({ name, role }) => {
      await client.invalidateQueries();
      notify(`${name} is now ${roleNames[role].toLowerCase()}.`);
    },
  });
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            loading={changing.isPending}
            rightSection={<IconChevronDown size={14} aria-hidden />}
            aria-label={`Role of ${member.name}: ${roleNames[member.role]}`}
          >
            {roleNames[member.role]}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.RadioGroup value={member.role}>
            {roles.map((role) => (
              <Menu.RadioItem
                key={role}
                value={role}
                closeMenuOnClick
                onChange={() => role !== member.role && changing.mutate(role)}
              >
                {roleNames[role]}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setEnding(true)}>
            End membership…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isEnding && <EndDialog member={member} onClose={() => setEnding(false)} />}
    </>
  );
}

function EndDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => platform.endMember({ params: { id: member.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: membersKey });
      notify(`${member.name} is no longer a member.`);
    },
    onSettled: onClose,
  });
  return (
    <Question
      title={`End the membership of ${member.name}?`}
      action="End membership"
      onYes={() => ending.mutate()}
      onClose={onClose}
      isPending={ending.isPending}
    >
      They are signed out everywhere at once. The API keys they made stop working, the invitations
      they sent can no longer be accepted, and they leave all channels and chats. What they posted
      stays.
    </Question>
  );
}
