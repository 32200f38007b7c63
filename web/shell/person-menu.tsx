import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconKeyboard,
  IconLogout,
  IconSelector,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { signOut } from '../platform/auth.ts';
import { administers, useSession } from '../platform/session.ts';
import { announceSignedOut } from '../platform/tabs.ts';
import { Face } from '../ui/face.tsx';
import classes from '../ui/navigation.module.css';

/** The menu of the person who is signed in. */
export function PersonMenu({ onHelp }: { onHelp: () => void }) {
  const session = useSession();
  const { user } = session;
  const leaving = useMutation({ mutationFn: signOut, onSuccess: leave });
  return (
    <Menu position="top-start" width={252}>
      <Menu.Target>
        <UnstyledButton className={classes.block}>
          <Who {...user} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to="/settings"
          leftSection={<IconSettings size={16} aria-hidden />}
        >
          Settings
        </Menu.Item>
        <AreaItems />
        {administers(session) && (
          <Menu.Item
            component={Link}
            to="/settings/members"
            leftSection={<IconUsers size={16} aria-hidden />}
          >
            Members
          </Menu.Item>
        )}
        <Menu.Item onClick={onHelp} leftSection={<IconKeyboard size={16} aria-hidden />}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <SchemeChoice />
        <Menu.Divider />
        <Menu.Item
          onClick={() => leaving.mutate()}
          leftSection={<IconLogout size={16} aria-hidden />}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The menu entries of the areas. */
function AreaItems() {
  const { areas } = useRouteContext({ from: '/inside' });
  return areas
    .flatMap(({ menu = [] }) => menu)
    .map(({ title, Icon, path }) => (
      <Menu.Item key={path} component={Link} to={path} leftSection={<Icon size={16} aria-hidden />}>
        {title}
      </Menu.Item>
    ));
}

function leave(): void {
  announceSignedOut();
  location.assign('/sign-in');
}

function Who({ name, email }: { name: string; email: string }) {
  return (
    <>
      <Face name={name} size={30} />
      <span className={classes.grow}>
        <Text component="span" display="block" size="sm" fw={600} className="truncate" title={name}>
          {name}
        </Text>
        <Text component="span" display="block" size="xs" c="dimmed" className="truncate">
          {email}
        </Text>
      </span>
      <IconSelector size={16} aria-hidden />
    </>
  );
}

const schemes = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu.RadioGroup value={colorScheme}>
      <Menu.Label>Theme</Menu.Label>
      {schemes.map(({ value, label }) => (
        <Menu.RadioItem key={value} value={value} onChange={() => setColorScheme(value)}>
          {label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
