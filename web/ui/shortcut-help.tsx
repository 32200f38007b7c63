import { Group, Kbd, Modal, Stack, Switch, Text, Title } from '@mantine/core';
import {
  type ShownShortcut,
  useRegisteredShortcuts,
  useShortcutSwitch,
  useShownFieldKeys,
} from './shortcuts.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

type ShortcutHelpProps = { opened: boolean; onClose: () => void };

/** A dialog that lists the shortcuts of the page, in groups. */
export function ShortcutHelp({ opened, onClose }: ShortcutHelpProps) {
  const keys = [...useRegisteredShortcuts(), ...useShownFieldKeys()];
  const groups = Map.groupBy(keys, ({ group }) => group);
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

type ShortcutGroupProps = { name: string; shortcuts: readonly ShownShortcut[] };

function ShortcutGroup({ name, shortcuts }: ShortcutGroupProps) {
  return (
    <section>
      <Title order={3} mb={6}>
        {name}
      </Title>
      <Stack gap={6}>
        {[...Map.groupBy(shortcuts, ({ does }) => does)].map(([does, ways]) => (
          <Group key={does} justify="space-between" wrap="nowrap">
            <Text size="sm">{does}</Text>
            <Group gap="sm" wrap="nowrap">
              {ways.map(({ keys }) => (
                <Keys key={keys} keys={keys} />
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </section>
  );
}

/** Shows `g i` as two keys, and `mod+k` as this machine calls it. */
export function Keys({ keys }: { keys: string }) {
  const names = keys
    .replace('mod+', isApple ? '⌘ ' : 'Ctrl ')
    .replace('shift+', isApple ? '⇧ ' : 'Shift ')
    .replace('Escape', 'Esc')
    .replace('ArrowUp', '↑')
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
