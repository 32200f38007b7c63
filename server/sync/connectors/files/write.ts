import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spell } from '../../values/spelling.ts';
import { Batch } from '../batch.ts';
import type {
  ApplyRequest,
  ApplyResult,
  Field,
  Finished,
  WriteRequest,
  Writer,
  Written,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { openCsv } from './csv/sheet.ts';
import { readable } from './format.ts';
import { type Kind, kindOf, targetName } from './names.ts';
import { openNdjson } from './ndjson/sheet.ts';
import { openParquet } from './parquet/sheet.ts';
import { ChangedMeanwhile, type Place, type Stored } from './place.ts';
import type { FilesSettings } from './settings.ts';
import type { Sheet, SheetRequest } from './sheet.ts';

export type Target = { place: Place; settings: FilesSettings; outside: Outside };

const attemptsMax = 20;

const sheets: Readonly<Record<Kind, (request: SheetRequest) => Promise<Sheet>>> = {
  csv: openCsv,
  ndjson: openNdjson,
  parquet: openParquet,
};

/** Makes a file beside, and puts it in its place when it is whole. @throws ConnectorError */
export async function write(target: Target, request: WriteRequest): Promise<Writer> {
  const { mode, object } = request;
  if (mode !== 'append' && mode !== 'replace') {
    const message = `Files can be appended to and replaced; the mode ${mode} needs records that can be changed.`;
    throw new ConnectorError('request', message, { field: 'mode' });
  }
  const name = targetName(object);
  const kind = kindOf(name, target.settings.kind);
  if (kind === undefined) {
    throw new ConnectorError('request', `${object} must end in .csv, .ndjson or .parquet.`, {
      field: 'object',
    });
  }
  const files = await target.place.list();
  const before = mode === 'append' ? files.find((file) => file.name === name) : undefined;
  return new FileWriter(target, request, { name, kind, before });
}

/** Appends records, again when somebody else has written to the file meanwhile. */
export async function apply(target: Target, request: ApplyRequest): Promise<ApplyResult[]> {
  if (request.operation !== 'insert') {
    throw new ConnectorError('request', 'Files take new records only: the operation insert.', {
      field: 'operation',
    });
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await append(target, request);
    } catch (error) {
      const isLost = !(error instanceof ChangedMeanwhile) || attempt === attemptsMax;
      if (isLost || target.outside.signal.aborted) throw error;
    }
  }
}

async function append(target: Target, request: ApplyRequest): Promise<ApplyResult[]> {
  const { object, fields, rows } = request;
  const writer = await write(target, {
    ...{ object, fields, key: [], mode: 'append', delete: 'hard', onSchemaChange: 'ignore' },
    ...{ metadata: false, state: { syncId: '', runId: '', fence: 0 }, isAnew: false },
    signal: target.outside.signal,
  });
  try {
    await writer.prepare();
    const { rejected } = await writer.write(Batch.ofRows(rows));
    if (rejected.length < rows.length) await writer.finish({ deletesMax: 100 });
    return rows.map((_, at) => {
      const refusal = rejected.find(({ index }) => index === at);
      return refusal ? { error: refusal.reason } : {};
    });
  } finally {
    await writer.close();
  }
}

/** `before`: what is appended to. */
type Destination = {
  readonly name: string;
  readonly kind: Kind;
  readonly before: Stored | undefined;
};

const metadataFields = [
  readable('_heddle_synced_at', { kind: 'timestamptz' }, 'timestamptz'),
  readable('_heddle_run_id', { kind: 'text' }, 'text'),
];

class FileWriter implements Writer {
  readonly isWhole = true;
  readonly #target: Target;
  readonly #request: WriteRequest;
  readonly #destination: Destination;
  readonly #fields: readonly Field[];
  #folder: string | undefined;
  #sheet: Sheet | undefined;
  #written = 0;

  constructor(target: Target, request: WriteRequest, destination: Destination) {
    this.#target = target;
    this.#request = request;
    this.#destination = destination;
    this.#fields = request.metadata ? [...request.fields, ...metadataFields] : request.fields;
  }

  get plan() {
    const { name, before } = this.#destination;
    const columns = this.#fields.map((field) => `${field.name} ${spell(field.type)}`).join(', ');
    const act = before ? 'append to' : 'write';
    return { statements: [`${act} ${name} (${columns})`], skipped: [] };
  }

  async position() {
    return undefined;
  }

  async prepare(): Promise<void> {
    const { outside, settings } = this.#target;
    this.#folder = await mkdtemp(join(await outside.temporaryFolder(), 'sheet-'));
    const { kind, before: stored } = this.#destination;
    const before = stored && (await this.#target.place.fetch(stored));
    const { manner } = settings;
    const request = { fields: this.#fields, folder: this.#folder, before, manner };
    this.#sheet = await sheets[kind](request);
  }

  async write(batch: Batch): Promise<Written> {
    const { metadata, state } = this.#request;
    const now = new Date().toISOString().replace('T', ' ').replace('Z', '+00');
    const whole = metadata
      ? Batch.ofRows(batch.rows.map((row) => [...row, now, state.runId]))
      : batch;
    const rejected = batch.count === 0 ? [] : await this.#open.add(whole);
    const written = batch.count - rejected.length;
    this.#written += written;
    return { written, skipped: 0, rejected };
  }

  async finish(): Promise<Finished> {
    const path = await this.#open.finish();
    this.#request.signal.throwIfAborted();
    const { name, before } = this.#destination;
    const over = this.#request.mode === 'append' ? { file: before } : undefined;
    if (!before || this.#written > 0) await this.#target.place.put(name, path, over);
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {
    await this.#sheet?.close();
    this.#sheet = undefined;
    // What cannot be deleted now goes with the temporary folder of the session.
    if (this.#folder) await rm(this.#folder, { recursive: true }).catch(() => undefined);
  }

  get #open(): Sheet {
    if (this.#sheet) return this.#sheet;
    throw new Error('The writer was not prepared, or is closed.');
  }
}
