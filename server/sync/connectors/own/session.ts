import type { ProductObject, ProductObjects } from '../../../platform/objects.ts';
import type {
  ApplyRequest,
  Description,
  QueryRequest,
  ReadRequest,
  Session,
  WriteRequest,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Acting, Actor } from './actor.ts';
import { apply } from './apply.ts';
import { describe } from './fields.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import type { OwnServices } from './services.ts';
import { OwnWriter } from './writer.ts';

export class OwnSession implements Session {
  readonly #objects: readonly ProductObject[];
  readonly #actor: Actor;

  constructor(objects: ProductObjects, acting: Acting, services: OwnServices) {
    this.#objects = objects.objects;
    this.#actor = new Actor(objects, acting, services);
  }

  async check() {
    await this.#actor.reading(null);
    return { warnings: [] };
  }

  async objects({ search = '', after = '', limit }: Parameters<Session['objects']>[0]) {
    return this.#objects
      .map(({ name }) => ({ name, kind: 'object' as const }))
      .filter(({ name }) => name.includes(search.toLowerCase()) && name > after)
      .slice(0, limit);
  }

  async describe(name: string): Promise<Description> {
    return describe(this.#object(name));
  }

  async read(request: ReadRequest) {
    return read(this.#actor, this.#object(request.object ?? ''), request);
  }

  async query(request: QueryRequest) {
    return query(this.#actor, this.#object(request.object), request);
  }

  async write(request: WriteRequest) {
    return new OwnWriter(this.#actor, this.#object(request.object), request);
  }

  async apply(request: ApplyRequest) {
    return apply(this.#actor, this.#object(request.object), request);
  }

  async close() {}

  /** @throws ConnectorError */
  #object(name: string): ProductObject {
    const found = this.#objects.find((one) => one.name === name.toLowerCase());
    if (found) return found;
    const names = this.#objects.map((one) => one.name).join(', ');
    throw new ConnectorError('missing', `There is no object "${name}"; there are ${names}.`);
  }
}
