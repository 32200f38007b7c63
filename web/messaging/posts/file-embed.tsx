import { Anchor, Group, Modal, Skeleton, Text } from '@mantine/core';
import { IconDownload, IconPhotoOff } from '@tabler/icons-react';
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { createElement, useState } from 'react';
import { reach } from '../../api.ts';
import classes from './body.module.css';

/** What a file is by its media type; `missing` when it is gone, or not for this member to see. */
type Kind = 'image' | 'video' | 'missing';

const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['messaging-file', fileId],
    queryFn: ({ signal }) => findKind(fileId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Keeps what is known of a file that was just uploaded. */
export function noteFile(client: QueryClient, fileId: string, mimeType: string): void {
  client.setQueryData(fileQuery(fileId).queryKey, kindOf(mimeType));
}

async function findKind(fileId: string, signal: AbortSignal): Promise<Kind> {
  const { ok, status, headers } = await reach(`/files/${fileId}`, { method: 'HEAD', signal });
  if (ok) return kindOf(headers.get('content-type') ?? '');
  if (status < 500 && status !== 429) return 'missing';
  throw new Error(`File ${fileId}: ${status}`);
}

function kindOf(mimeType: string): Kind {
  return mimeType.startsWith('video/') ? 'video' : 'image';
}

/** An image or a video in a box of a fixed height, so that nothing moves when it arrives. */
export function FileEmbed({ fileId, label }: { fileId: string; label: string }) {
  const { data: kind, isError } = useQuery(fileQuery(fileId));
  if (kind === 'image') return <Picture fileId={fileId} label={label} />;
  if (kind === 'video') return <div className={classes.media}>{video(fileId, label)}</div>;
  if (kind === 'missing' || isError) return <Missing label={label} />;
  return <Skeleton className={classes.media} aria-label={label || 'File'} />;
}

/** Nobody writes captions for what is posted in passing: there is no track. */
function video(fileId: string, label: string) {
  return createElement('video', {
    className: classes.video,
    src: `/files/${fileId}`,
    controls: true,
    preload: 'metadata',
    'aria-label': label || 'Video',
  });
}

function Missing({ label }: { label: string }) {
  return (
    <Text component="div" size="sm" className={classes.missing}>
      <IconPhotoOff size={18} aria-hidden />
      <span dir="auto">{label === '' ? 'This file' : `“${label}”`} is not available.</span>
    </Text>
  );
}

function Picture({ fileId, label }: { fileId: string; label: string }) {
  const [isOpen, setOpen] = useState(false);
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Missing label={label} />;
  const name = label || 'Image';
  return (
    <>
      <button
        type="button"
        className={`${classes.media} ${classes.picture}`}
        aria-label={`Open ${name}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <img
          src={`/files/${fileId}/thumbnail`}
          alt={name}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
        />
      </button>
      {isOpen && <Lightbox fileId={fileId} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

type LightboxProps = { fileId: string; name: string; onClose: () => void };

function Lightbox({ fileId, name, onClose }: LightboxProps) {
  const address = `/files/${fileId}`;
  return (
    <Modal
      opened
      onClose={onClose}
      size="auto"
      title={
        <Text span className="truncate" maw="60vw" dir="auto">
          {name}
        </Text>
      }
    >
      <img src={address} alt={name} className={classes.full} />
      <Group justify="flex-end" mt="xs">
        <Anchor href={address} download size="sm">
          <Group gap={6}>
            <IconDownload size={16} aria-hidden /> Save
          </Group>
        </Anchor>
      </Group>
    </Modal>
  );
}
