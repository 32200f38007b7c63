import { type ComponentType, createElement, type FunctionComponent, use } from 'react';
import { ApiError } from '../api.ts';
import { whenReached } from '../connection.ts';
import { loadAnew } from './outdated.ts';

export type Part<Props> = FunctionComponent<Props> & {
  /** Loads the code, again when that failed before; nothing to wait for once it is there. */
  preload: () => Promise<void> | undefined;
};

/** What of an area's code is loaded later. */
export class Parts {
  readonly #loads: (() => Promise<void> | undefined)[] = [];
  #isWhole = false;
  #isWaiting = false;

  /** A component whose code is loaded when it is needed, or before (`loadAll`). */
  lazy<Name extends string, Props extends object>(
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
    this.#loads.push(load);
    // Named by code that itself was loaded later.
    if (this.#isWhole) void this.loadAll();
    const Lazy = (props: Props) => {
      // What failed stays so until it is loaded again: drawing does not ask for it over and over.
      loading ??= begin();
      if (loaded === undefined) use(loading);
      return createElement(loaded as ComponentType<Props>, props);
    };
    return Object.assign(Lazy, { preload: () => load()?.catch(refuse) });
  }

  /**
   * Loads everything, so that without a network one can go on from page to page: also what is named
   * from now on. What fails is loaded when the server answers again.
   */
  async loadAll(): Promise<void> {
    this.#isWhole = true;
    const outcomes = await Promise.allSettled(this.#loads.map((load) => load()));
    if (outcomes.every(({ status }) => status === 'fulfilled') || this.#isWaiting) return;
    this.#isWaiting = true;
    const stop = whenReached(() => {
      stop();
      this.#isWaiting = false;
      void this.loadAll();
    });
  }
}

/** As Chromium, Firefox, Safari and Vite say it. */
const isUnloaded = /dynamically imported module|module script failed|preload CSS/i;

async function refuse(error: unknown): Promise<never> {
  if (!(error instanceof Error && isUnloaded.test(error.message))) throw error;
  await loadAnew();
  throw new ApiError(0, 'unreachable', 'This page could not be loaded.');
}
