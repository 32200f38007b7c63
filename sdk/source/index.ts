export { type Connector, type Definition, defineConnector, manifestOf } from './connector.ts';
export { ExtensionError, failureOf } from './failure.ts';
export { among, atLeast } from './filter.ts';
export type * from './protocol.ts';
export type { FromSchema, JsonSchema } from './schema/from-schema.ts';
export { type ServedCall, type ServeOptions, type Serving, serve } from './serve.ts';
export { type SignedHeaders, signatureHeaders, verifySignature } from './signature.ts';
