import { sync } from '../../contract/sync/index.ts';
import { type Product, served } from '../platform/product.ts';
import { Providers } from './connections/providers.ts';
import { Sessions } from './connections/sessions.ts';
import { credentialsColumn } from './connections/store.ts';
import { edge } from './edge.ts';
import { syncJobs } from './jobs.ts';
import { privateKeyColumn } from './keys/store.ts';
import { personal } from './personal.ts';
import { syncRoutes } from './routes.ts';

export const product: Product = {
  edges: [edge],
  personal,
  sealed: [privateKeyColumn, credentialsColumn],
  open: (services) => {
    const sessions = new Sessions({ ...services, providers: new Providers() });
    return {
      jobs: syncJobs(services, sessions),
      serve: () => ({ apis: [served(sync, syncRoutes(services, sessions))] }),
    };
  },
};
