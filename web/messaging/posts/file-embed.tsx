import { Anchor, Group, Modal, Skeleton, Text } from '@mantine/core';
import { IconDownload, IconPhotoOff } from '@tabler/icons-react';
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { type CSSProperties, createElement, useState } from 'react';
import type { FileState } from '../../../contract/messaging/website/files.ts';
import { pixelsHeader } from '../../../contract/platform/files.ts';
import { reach } from '../../api.ts';
import classes from './body.module.css';
import { boxOf, type Pixels } from './picture-box.ts';
import { useThumbnail } from './thumbnail.ts';

/** What a file is, by its media type; `missing` when it is gone, or this member may not see it. */
type Known = { kind: 'image' | 'video'; pixels: Pixels | undefined } | { kind: 'missing' };

const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['messaging-file', fileId],
    queryFn: ({ signal }) => lookUp(fileId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Caches what is known of a file that was just uploaded. */
export function noteFile(client: QueryClient, file: FileState): void {
  const { file_id, mime_type, width, height } = file;
  const pixels = width !== null && height !== null ? { width, height } : undefined;
  const known: Known = { kind: kindOf(mime_type), pixels };
  client.setQueryData(fileQuery(file_id).queryKey, known);
}

async function lookUp(fileId: string, signal: AbortSignal): Promise<Known> {
  const { ok, status, headers } = await reach(`/files/${fileId}`, { method: 'HEAD', signal });
  if (!ok && status < 500 && status !== 429) return { kind: 'missing' };
  if (!ok) throw new Error(`File ${fileId}: ${status}`);
  const [width = 0, height = 0] = headers.get(pixelsHeader)?.split('x').map(Number) ?? [];
  const pixels = width > 0 && height > 0 ? { width, height } : undefined;
  return { kind: kindOf(headers.get('content-type') ?? ''), pixels };
}

function kindOf(mimeType: string): 'image' | 'video' {
  return mimeType.startsWith('video/') ? 'video' : 'image';
}

/** An image or a video, in a box that has its final size before it loads: nothing moves. */
export function FileEmbed({ fileId, label }: { fileId: string; label: string }) {
  const { data: file, isError } = useQuery(fileQuery(fileId));
  if (file?.kind === 'missing' || isError) return <Missing label={label} />;
  if (!file) return <Skeleton className={classes.media} aria-label={label || 'File'} />;
  const style = boxOf(file.pixels);
  if (file.kind === 'image') return <Picture fileId={fileId} label={label} style={style} />;
  return (
    <div className={classes.media} style={style}>
      {video(fileId, label)}
    </div>
  );
}

/** Posts have no captions: there is no track. */
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

type PictureProps = { fileId: string; label: string; style: CSSProperties };

function Picture({ fileId, label, style }: PictureProps) {
  const [isOpen, setOpen] = useState(false);
  const { source, onError } = useThumbnail(fileId);
  if (source === 'none') return <Missing label={label} />;
  const name = label || 'Image';
  return (
    <>
      <button
        type="button"
        className={`${classes.media} ${classes.picture}`}
        style={style}
        aria-label={`Open ${name}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {source === 'drawn later' ? (
          <Skeleton height="100%" aria-label={name} />
        ) : (
          <img src={source} alt={name} loading="lazy" decoding="async" onError={onError} />
        )}
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
