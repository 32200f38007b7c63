import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FileState } from '../../../contract/messaging/website/files.ts';
import { messageOf } from '../../ui/states.tsx';
import { noteFile } from './file-embed.tsx';
import { uploadFile } from './upload.ts';

export type Upload = {
  key: number;
  file: File;
  /** Between 0 and 1. */
  share: number;
  /** Why it failed, as a sentence. */
  error?: string;
  cancel: () => void;
};

let lastKey = 0;

/** What is on its way to the server; each file is handed on when it has arrived. */
export function useUploads(onArrived: (file: FileState) => void) {
  const client = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const arrived = useRef(onArrived);
  const shown = useRef(uploads);
  useEffect(() => {
    arrived.current = onArrived;
    shown.current = uploads;
  });
  useEffect(
    () => () => {
      for (const { cancel } of shown.current) cancel();
    },
    [],
  );

  const change = (key: number, state: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...state } : one)));
  const drop = (key: number) => setUploads((all) => all.filter((one) => one.key !== key));

  const start = async (file: File) => {
    lastKey += 1;
    const key = lastKey;
    const ended = new AbortController();
    const cancel = () => {
      ended.abort();
      drop(key);
    };
    setUploads((all) => [...all, { key, file, share: 0, cancel }]);
    try {
      const kept = await uploadFile(file, (share) => change(key, { share }), ended.signal);
      noteFile(client, kept);
      drop(key);
      arrived.current(kept);
    } catch (error) {
      if (!ended.signal.aborted) change(key, { error: messageOf(error) });
    }
  };
  return {
    uploads,
    isUploading: uploads.some(({ error }) => error === undefined),
    add: (files: Iterable<File>) => {
      for (const file of files) void start(file);
    },
    retry: ({ key, file }: Upload) => {
      drop(key);
      void start(file);
    },
  };
}
