import type { FastifyInstance } from 'fastify';
import type { Api } from '../../contract/endpoint.ts';
import type { EventType } from '../../contract/events.ts';
import type { Db } from '../runtime/database/database.ts';
import type { Happened } from '../runtime/events/events.ts';
import type { Edge } from '../runtime/http/edge.ts';
import type { Enqueue, Job, JobType } from '../runtime/jobs/jobs.ts';
import type { SealedColumn } from '../runtime/secrets/secrets.ts';
import type { Services as AtTheDoor } from './api/mount.ts';
import type { Routes } from './api/routes.ts';
import type { WriteContext } from './context.ts';
import type { Feed } from './feed/feed.ts';
import type { Source } from './feed/source.ts';
import type { ProductMembers } from './members/ending.ts';
import type { ObjectsModule } from './objects.ts';
import type { Ways } from './personal.ts';
import type { Platform } from './platform.ts';
import type { ReleaseFiles } from './uploads/jobs.ts';

/** What a product stands on in one process. */
export type Services = Platform & {
  enqueue: Enqueue;
  members: ProductMembers;
  releases: readonly ReleaseFiles[];
};

/** An API, and the function behind each of its endpoints. */
export type Served = { readonly api: Api; readonly routes: Routes<Api> };

export const served = <A extends Api>(api: A, routes: Routes<A>): Served => ({
  api,
  routes: routes as unknown as Routes<Api>,
});

/** What a process that answers requests adds to its server. */
export type Site = {
  readonly apis: readonly Served[];
  /**
   * Routes that are no endpoints: streams, files, pages of its own. Their paths belong to an edge.
   */
  mount?(app: FastifyInstance, services: AtTheDoor): void;
};

/** A product as it runs in one process. */
export type Opened = {
  readonly jobs: readonly Job[];
  /** `feed` is the one of the process: it sends what the product's own `feed` loads. */
  serve(feed: Feed): Site;
  /** Begins what a worker does beside its jobs. */
  work?(): Promise<void>;
  /** Ends that, and whatever else the product has running in this process. */
  stop?(): Promise<void>;
};

/** Which jobs follow what has happened; several may follow one type, also of different products. */
export type Listens = { readonly [T in EventType]?: readonly JobType<Happened>[] };

export type DemoTerms = {
  /** The membership of the person who signs in. */
  readonly memberId: number;
  /** Lower-case letters and digits; for one purpose always the same. */
  secret(purpose: string, length: number): string;
  /** Also for people who join it later. */
  readonly members: ProductMembers;
};

export type LoadedDemo = {
  readonly organization: number;
  readonly remembered: object;
  /** Ends it half-way. */
  readonly signal: AbortSignal | undefined;
};

/** What a product makes for the demo organization. */
export type Demo = {
  /**
   * Calls what is outside the database, and then answers a function that loads the demo in one
   * transaction. What that answers is remembered.
   */
  prepare(platform: Platform): Promise<(ctx: WriteContext, terms: DemoTerms) => Promise<object>>;
  /** Whether a demo of an earlier version lacks what this product loads: then that is loaded, too. */
  isMissingIn?(remembered: object): boolean;
  /**
   * What `heddle demo` answers: credentials, which are derived again, and what is remembered of
   * what was made.
   */
  show(remembered: object, secret: DemoTerms['secret']): { credentials: object; made: object };
  /**
   * Makes what takes longer, when the demo is loaded: each time that it is shown, so that it goes on
   * where it was, and perhaps in several processes at once.
   */
  complete?(platform: Platform, loaded: LoadedDemo): Promise<void>;
  /** What to try and how, for somebody who starts a server for the first time. */
  describe?(shown: object, url: string): string;
};

/** Everything that the frame needs to know of a product: what `server/<name>/index.ts` exports. */
export type Product = {
  /** How each of its APIs writes its errors. */
  readonly edges: readonly Edge[];
  readonly listens?: Listens;
  /** What it does when somebody becomes a member, or stops being one. */
  readonly members?: ProductMembers;
  /** What it sends to listeners. */
  readonly feed?: Source;
  /** What others read and write of it as records. */
  readonly objects?: ObjectsModule;
  /** Releases uploaded files that it no longer needs. */
  readonly releaseFiles?: ReleaseFiles;
  /** How personal data in its tables leaves again. */
  readonly personal: Ways;
  readonly demo?: Demo | readonly Demo[];
  /** In a restored copy: what would go out by itself waits until somebody begins it there. */
  readonly hold?: (db: Db) => Promise<void>;
  /** Its columns of sealed values, which are wrapped anew when the master key is replaced. */
  readonly sealed?: readonly SealedColumn[];
  open(services: Services): Opened;
};
