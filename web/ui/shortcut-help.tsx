import { Group, Kbd, Modal, Stack, Switch, Text, Title } from '@mantine/core';
import { type Shortcut, useRegisteredShortcuts, useShortcutSwitch } from './shortcuts.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What the keys do here, in groups. */
export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const groups = Map.groupBy(useRegisteredShortcuts(), ({ group }) => group);
  const [isOn, turn] = useShortcutSwitch();
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="md">
      <Stack gap="lg">
        {[...groups].map(([group, shortcuts]) => (
          <ShortcutGroup key={group} name={group} shortcuts={shortcuts} />
        ))}
        <Switch
          label="Single-key shortcuts"
          description="Turn them off if you dictate or use a keyboard that types by itself."
          checked={isOn}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}

function ShortcutGroup({ name, shortcuts }: { name: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <Title order={3} mb={6}>
        {name}
      </Title>
      <Stack gap={6}>
        {shortcuts.map(({ keys, does }) => (
          <Group key={keys} justify="space-between" wrap="nowrap">
            <Text size="sm">{does}</Text>
            <Keys keys={keys} />
          </Group>
        ))}
      </Stack>
    </section>
  );
}

/** `g i` as two keys, `mod+k` as the one of this machine. */
export function Keys({ keys }: { keys: string }) {
  const names = keys
    .replace('mod+', isApple ? '⌘ ' : 'Ctrl ')
    .replace('Escape', 'Esc')
    .split(' ');
  return (
    <Group gap={4} wrap="nowrap">
      {names.map((name) => (
        <Kbd key={name} size="xs">
          {name.length === 1 ? name.toUpperCase() : name}
        </Kbd>
      ))}
    </Group>
  );
}
