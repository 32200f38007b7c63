import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import * as schemas from '@hubspot/api-client/lib/codegen/crm/schemas/index.js';
import { ConnectorError } from '../failure.ts';
import type { HubspotSettings } from './config.ts';
import type { Asked, Transport } from './transport.ts';

export type Api = ReturnType<typeof openApi>;

/**
 * The parts of HubSpot's client that are used, over a transport of ours. Its `Client` has a transport
 * of its own, which nobody guards, and one limiter for a whole process.
 */
export function openApi({ baseUrl }: HubspotSettings, transport: Transport) {
  const own = {
    objects: objects.createConfiguration({
      baseServer: new objects.ServerConfiguration(baseUrl, {}),
      httpApi: objects.wrapHttpLibrary({ send: senderOf(transport, objects.ResponseContext) }),
    }),
    properties: properties.createConfiguration({
      baseServer: new properties.ServerConfiguration(baseUrl, {}),
      httpApi: properties.wrapHttpLibrary({
        send: senderOf(transport, properties.ResponseContext),
      }),
    }),
    schemas: schemas.createConfiguration({
      baseServer: new schemas.ServerConfiguration(baseUrl, {}),
      httpApi: schemas.wrapHttpLibrary({ send: senderOf(transport, schemas.ResponseContext) }),
    }),
    associations: associations.createConfiguration({
      baseServer: new associations.ServerConfiguration(baseUrl, {}),
      httpApi: associations.wrapHttpLibrary({
        send: senderOf(transport, associations.ResponseContext),
      }),
    }),
  };
  return {
    records: telling(new objects.BasicApi(own.objects)),
    batches: telling(new objects.BatchApi(own.objects)),
    search: telling(new objects.SearchApi(own.objects)),
    properties: telling(new properties.CoreApi(own.properties)),
    schemas: telling(new schemas.CoreApi(own.schemas)),
    associations: telling(new associations.BatchApi(own.associations)),
  };
}

/** The same, where an answer that is no JSON is the fault of whoever gave it. */
function telling<Part extends object>(part: Part): Part {
  return new Proxy(part, {
    get: (_, name) => {
      const act = Reflect.get(part, name);
      if (typeof act !== 'function') return act;
      return async (...given: unknown[]) => {
        try {
          return await act.apply(part, given);
        } catch (error) {
          if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
          const message = 'HubSpot, or what stands at config.base_url, did not answer JSON.';
          throw new ConnectorError('configuration', message, { cause: error });
        }
      };
    },
  });
}

type Body = { text(): Promise<string>; binary(): Promise<Buffer> };

/** Each part of the client has classes of its own for the same thing. */
function senderOf<Context>(
  transport: Transport,
  context: new (status: number, headers: Record<string, string>, body: Body) => Context,
): (asked: Asked) => Promise<Context> {
  return async (asked) => {
    const { status, headers, text } = await transport.send(asked);
    const body = { text: async () => text, binary: async () => Buffer.from(text) };
    // Whatever it is called: what is none is told as such.
    return new context(status, { ...headers, 'content-type': 'application/json' }, body);
  };
}
