import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/index.js';
import * as schemas from '@hubspot/api-client/lib/codegen/crm/schemas/index.js';
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
    records: new objects.BasicApi(own.objects),
    batches: new objects.BatchApi(own.objects),
    search: new objects.SearchApi(own.objects),
    properties: new properties.CoreApi(own.properties),
    schemas: new schemas.CoreApi(own.schemas),
    associations: new associations.BatchApi(own.associations),
  };
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
    return new context(status, headers, body);
  };
}
