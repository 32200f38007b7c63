import { Button, CloseButton, Group, Progress, Text } from '@mantine/core';
import classes from './composer.module.css';
import type { Upload } from './use-uploads.ts';

type UploadListProps = { uploads: readonly Upload[]; onRetry: (upload: Upload) => void };

/** The files that are being uploaded, and those that failed. */
export function UploadList({ uploads, onRetry }: UploadListProps) {
  if (uploads.length === 0) return null;
  return (
    <ul className={classes.uploads} aria-label="Uploads">
      {uploads.map((upload) => (
        <li key={upload.key}>
          <UploadRow upload={upload} onRetry={() => onRetry(upload)} />
        </li>
      ))}
    </ul>
  );
}

function UploadRow({ upload, onRetry }: { upload: Upload; onRetry: () => void }) {
  const { file, share, error, cancel } = upload;
  const name = file.name || 'Image';
  const percent = Math.round(share * 100);
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" className="truncate" flex={1} title={name} dir="auto">
        {name}
      </Text>
      {error === undefined ? (
        <Progress.Root w={120} size="sm">
          <Progress.Section value={percent} aria-label={`${name}: ${percent} %`} />
        </Progress.Root>
      ) : (
        <>
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </>
      )}
      <CloseButton
        size="sm"
        aria-label={error === undefined ? `Cancel ${name}` : `Remove ${name}`}
        onClick={cancel}
      />
    </Group>
  );
}
