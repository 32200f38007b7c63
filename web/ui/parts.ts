import { type ComponentType, createElement, type FunctionComponent, use } from 'react';
import { ApiError } from '../api.ts';
import { whenReached } from '../connection.ts';
import { loadAnew } from './outdated.ts';

export type Part<Props> = FunctionComponent<Props> & {
  /** Loads the code, again if that failed before; undefined once it is there. */
  preload: () => Promise<void> | undefined;
};

/** The code of an area that is loaded later. */
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
    // It may be declared by code that was itself loaded later.
    if (this.#isWhole) void this.loadAll();
    const Lazy = (props: Props) => {
      // A failure stays until the code is loaded again: rendering does not retry over and over.
      loading ??= begin();
      if (loaded === undefined) use(loading);
      return createElement(loaded as ComponentType<Props>, props);
    };
    return Object.assign(Lazy, { preload: () => load()?.catch(refuse) });
  }

  /**
   * Loads everything, also what is declared later, so that all pages open without a network. What
   * fails is loaded when the server answers again.
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

/** The messages of Chromium, Firefox, Safari and Vite. */
const isUnloaded = /dynamically imported module|module script failed|preload CSS/i;

async function refuse(error: unknown): Promise<never> {
  if (!(error instanceof Error && isUnloaded.test(error.message))) throw error;
  await loadAnew();
  throw new ApiError(0, 'unreachable', 'This page could not be loaded.');
}
