import { type ComponentType, createElement, type FunctionComponent, use, useState } from 'react';
import { ApiError } from '../api.ts';
import { whenReached } from '../connection.ts';
import { notifyFailure } from './notify.ts';
import { loadAnew } from './outdated.ts';

type Part<Props> = FunctionComponent<Props> & {
  /** Loads the code, again when that failed before; nothing to wait for once it is there. */
  preload: () => Promise<void> | undefined;
};

const loads: (() => Promise<void> | undefined)[] = [];

/** A component whose code is loaded when it is needed, or before (`loadAllParts`). */
export function lazyPart<Name extends string, Props extends object>(
  importer: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
): Part<Props> {
  let loaded: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  let hasFailed = false;
  const begin = (): Promise<void> => {
    hasFailed = false;
    return importer().then(
      (module) => {
        loaded = module[name];
      },
      (error: unknown) => {
        hasFailed = true;
        throw error;
      },
    );
  };
  const load = (): Promise<void> | undefined => {
    if (loaded !== undefined) return undefined;
    if (loading === undefined || hasFailed) loading = begin();
    return loading;
  };
  loads.push(load);
  const Lazy = (props: Props) => {
    // What failed stays so until it is loaded again: drawing does not ask for it over and over.
    loading ??= begin();
    if (loaded === undefined) use(loading);
    return createElement(loaded as ComponentType<Props>, props);
  };
  return Object.assign(Lazy, { preload: () => load()?.catch(refuse) });
}

/** Whether a dialog is open, and how to open it: its code is loaded before. */
export function usePartDialog({ preload }: Pick<Part<never>, 'preload'>) {
  const [isOpen, setOpen] = useState(false);
  const open = () => {
    const loading = preload();
    if (loading) loading.then(() => setOpen(true), notifyFailure);
    else setOpen(true);
  };
  return [isOpen, { open, close: () => setOpen(false) }] as const;
}

/**
 * Loads the code of every page, so that without a network one can go on from page to page. What fails
 * is loaded when the server answers again.
 */
export async function loadAllParts(): Promise<void> {
  const outcomes = await Promise.allSettled(loads.map((load) => load()));
  if (outcomes.every(({ status }) => status === 'fulfilled')) return;
  const stop = whenReached(() => {
    stop();
    void loadAllParts();
  });
}

/** As Chromium, Firefox, Safari and Vite say it. */
const isUnloaded = /dynamically imported module|module script failed|preload CSS/i;

async function refuse(error: unknown): Promise<never> {
  if (!(error instanceof Error && isUnloaded.test(error.message))) throw error;
  await loadAnew();
  throw new ApiError(0, 'unreachable', 'This page could not be loaded.');
}
