import { useState } from 'react';
import { notifyFailure } from './notify.ts';
import type { Part } from './parts.ts';

/** Whether a dialog is open, and a function that loads its code and opens it. */
export function usePartDialog({ preload }: Pick<Part<never>, 'preload'>) {
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    const loading = preload();
    if (loading) loading.then(() => setOpen(true), notifyFailure);
    else setOpen(true);
  };
  return [isOpen, { open, close: () => setOpen(false) }] as const;
}
