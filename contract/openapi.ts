import type { Api, Endpoint } from './endpoint.ts';
import { oauth } from './oauth.ts';
import { errorsOf, tokenErrorsOf } from './openapi/errors.ts';
import { operation, type Part, pathOf } from './openapi/operation.ts';
import { Schemas } from './openapi/schemas.ts';
import { asksForTokens, securityOf, securitySchemes } from './openapi/security.ts';

const tokensTag = 'Access tokens';

/** The OpenAPI 3.1 document of an API, made from the contract alone. */
export function openapi(definition: Api, server: { url: string; version: string }): object {
  const api: Api = { ...definition, error: { title: 'Error', ...definition.error } };
  const schemas = new Schemas();
  const parts = [...partsOf(api), ...(asksForTokens(api) ? tokenPartsOf(api) : [])];
  const paths: Record<string, Record<string, object>> = {};
  for (const part of parts) {
    const path = pathOf(part.path);
    paths[path] ??= {};
    paths[path][part.endpoint.method.toLowerCase()] = operation(api, part, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: api.title, version: server.version, description: description(api) },
    servers: [{ url: server.url }],
    security: securityOf(api),
    tags: tagsOf(api, parts),
    paths,
    components: { schemas: schemas.named, securitySchemes: securitySchemes(api, server.url) },
  };
}

function tagsOf({ groups = {} }: Api, parts: readonly Part[]) {
  const names = [...Object.keys(groups), ...parts.map(({ tag }) => tag)];
  return [...new Set(names)].map((name) => {
    const description = groups[name];
    return { name, ...(description === undefined ? {} : { description }) };
  });
}

function partsOf(api: Api): Part[] {
  return Object.entries(api.endpoints).flatMap(([name, endpoint]) => {
    const part = { tag: tagOf(endpoint), endpoint, errors: errorsOf(api, endpoint) };
    const aliases = (endpoint.aliases ?? []).map((path, index) => ({
      ...part,
      name: `${name}Alias${index === 0 ? '' : index + 1}`,
      path,
    }));
    return [{ ...part, name, path: endpoint.path }, ...aliases];
  });
}

/**
 * The endpoints of RFC 6749 and RFC 7517 belong to no API; they are documented with the APIs that
 * take their tokens.
 */
function tokenPartsOf(api: Api): Part[] {
  return Object.entries(oauth).map(([name, endpoint]) => ({
    name,
    tag: tokensTag,
    path: endpoint.path,
    endpoint,
    errors: tokenErrorsOf(api, endpoint),
    mediaTypes: ['application/x-www-form-urlencoded', 'application/json'],
  }));
}

/** The noun: the group of the scope, or the last word of the path. */
function tagOf({ scope, path }: Endpoint): string {
  const words = path.split('/').filter((word) => word !== '' && !word.startsWith(':'));
  if (scope === 'public' && words.at(-1) === 'token') return tokensTag;
  const noun = scope === 'public' ? (words.at(-1) ?? '') : (scope.split('/')[0] as string);
  return noun.charAt(0).toUpperCase() + noun.slice(1).replaceAll('_', ' ');
}

function description(api: Api): string {
  return (
    `${api.description}\n\n` +
    'Bodies are JSON. A path that is called with a method it does not take answers 405, and the ' +
    '`Allow` header lists the methods it takes. Every answer has an `X-Request-Id` header; quote ' +
    'it when you ask for help.'
  );
}
