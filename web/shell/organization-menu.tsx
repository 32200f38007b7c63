import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconBuilding, IconSelector, IconUsers } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { switchOrganization } from '../platform/people.ts';
import { administers, type Session, useSession } from '../platform/session.ts';
import { Logo } from '../ui/logo.tsx';
import classes from '../ui/navigation.module.css';

/** The present organization, and the way to others. */
export function OrganizationMenu() {
  const session = useSession();
  const { organization, organizations } = session;
  return (
    <Menu position="bottom-start" width={248}>
      <Menu.Target>
        <UnstyledButton className={`${classes.block} ${classes.grow}`}>
          <Logo size={26} />
          <Text fw={650} className={`truncate ${classes.grow}`} title={organization.name}>
            {organization.name}
          </Text>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {organizations.length > 1 && <OtherOrganizations session={session} />}
        <Menu.Item
          component={Link}
          to="/settings/organization"
          leftSection={<IconBuilding size={16} aria-hidden />}
        >
          About {organization.name}
        </Menu.Item>
        {administers(session) && (
          <Menu.Item
            component={Link}
            to="/settings/members"
            leftSection={<IconUsers size={16} aria-hidden />}
          >
            Members and invitations
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function OtherOrganizations({ session: { organization, organizations } }: { session: Session }) {
  // Nothing that was loaded for one organization may be shown in another.
  const switching = useMutation({
    mutationFn: switchOrganization,
    onSuccess: () => location.assign('/'),
  });
  return (
    <Menu.RadioGroup value={organization.id}>
      <Menu.Label>Organizations</Menu.Label>
      {organizations.map(({ id, name }) => (
        <Menu.RadioItem
          key={id}
          value={id}
          onChange={() => id !== organization.id && switching.mutate(id)}
        >
          {name}
        </Menu.RadioItem>
      ))}
      <Menu.Divider />
    </Menu.RadioGroup>
  );
}
