import { Type } from 'typebox';
import type { AllObjects, ObjectsModule, ProductObjects } from '../../../platform/objects.ts';
import type { Connector } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { OwnServices } from './services.ts';

const closed = { additionalProperties: false };

/** Connectors to the other products of this server, each under the name of its product. */
export function ownConnectors(all: AllObjects, services: OwnServices): Connector[] {
  return Object.entries(all).map(([name, module]) => connectorOf(name, module, services));
}

function connectorOf(
  provider: string,
  { title, scopes, module }: ObjectsModule,
  services: OwnServices,
): Connector {
  let loading: Promise<{ objects: ProductObjects }> | undefined;
  const load = async () => {
    loading ??= import(module);
    return (await loading).objects;
  };
  return {
    provider,
    title,
    // What is of this server has no ceilings.
    config: Type.Object({}, closed),
    credentials: Type.Object({}, closed),
    capabilities: {
      read: true,
      write: true,
      query: true,
      realtime: 'cursor',
      createObject: false,
      modes: ['append'],
    },
    own: { scopes, load },
    open: async ({ acting }) => {
      if (!acting) throw new ConnectorError('configuration', 'The connection acts for nobody.');
      const { OwnSession } = await import('./session.ts');
      return new OwnSession(await load(), acting, services);
    },
  };
}
