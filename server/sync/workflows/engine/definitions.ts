import { LRUCache } from 'lru-cache';
import type { Database } from '../../../runtime/database/database.ts';
import type { Definition } from '../definition.ts';
import { selectVersion } from '../store.ts';

type Named = { organization_id: number; workflow_id: string; version: number };

export type Version = { name: string; definition: Definition };

/** The versions that runs go by; they never change. */
export class Definitions {
  readonly #database: Database;
  readonly #kept = new LRUCache<string, Version>({ max: 500 });

  constructor(database: Database) {
    this.#database = database;
  }

  /** Undefined when the workflow is gone. */
  async find({ organization_id, workflow_id, version }: Named): Promise<Version | undefined> {
    const key = `${organization_id} ${workflow_id} ${version}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const { reading } = this.#database.of(organization_id);
    const found = await selectVersion(reading, organization_id, workflow_id, version);
    if (found) this.#kept.set(key, found);
    return found;
  }
}
