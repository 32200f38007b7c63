import { Button, Code, CopyButton, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';

/** The codes that stand in for a lost authenticator, shown once. */
export function BackupCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Backup codes" closeOnClickOutside={false}>
      <Stack>
        <BackupCodeList codes={codes} />
        <Group justify="flex-end">
          <Button onClick={onClose}>I have saved them</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function BackupCodeList({ codes }: { codes: string[] }) {
  return (
    <>
      <Text size="sm">
        Keep these where you keep passwords. Each signs you in once if you lose your phone; they are
        not shown again.
      </Text>
      <SimpleGrid cols={2} spacing="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {codes.map((code) => (
          <li key={code}>
            <Code block ta="center">
              {code}
            </Code>
          </li>
        ))}
      </SimpleGrid>
      <CopyButton value={codes.join('\n')}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy all'}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
