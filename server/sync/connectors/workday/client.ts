import { objectIn } from '../../values/members.ts';
import { ConnectorError } from '../failure.ts';
import { type Answer, bodyOf } from '../http/answer.ts';
import { HttpClient } from '../http/client.ts';
import type { Outside } from '../outside-contract.ts';
import type { ReportConfig, WorkdaySettings } from './config.ts';
import type { Instance } from './instances.ts';

/** What the API gives at most at once. */
export const pageSize = 100;

/** Workday makes a report for half an hour at most. */
const reportSeconds = 1_860;

export type InstancePage = {
  readonly instances: readonly Instance[];
  /** How many there are in all; undefined where the API does not say. */
  readonly total: number | undefined;
};

/** Asks one tenant. */
export class WorkdayClient {
  readonly settings: WorkdaySettings;
  readonly #http: HttpClient;

  constructor(settings: WorkdaySettings, outside: Outside) {
    this.settings = settings;
    this.#http = new HttpClient(settings.http, outside);
  }

  /** A part of a collection, which is named by service, version and name. @throws ConnectorError */
  async page(
    path: string,
    { offset, limit = pageSize, signal }: { offset: number; limit?: number; signal: AbortSignal },
  ): Promise<InstancePage> {
    const url = this.#restUrl(path);
    const { include_terminated_workers: isWhole } = this.settings.config;
    url.searchParams.set('limit', String(limit));
    url.searchParams.set('offset', String(offset));
    if (isWhole && /^staffing\/[^/]+\/workers$/.test(path)) {
      url.searchParams.set('includeTerminatedWorkers', 'true');
    }
    const answer = await this.#http.send({ url, signal });
    const { data, total } = objectIn(bodyOf(answer)) ?? {};
    if (!Array.isArray(data)) {
      throw new ConnectorError('configuration', `${answer.place} answers no list "data".`);
    }
    const isTold = typeof total === 'number' && total >= offset + data.length;
    return { instances: data.map(instanceOf), total: isTold ? total : undefined };
  }

  /** Undefined where there is no such instance. @throws ConnectorError */
  async instance(path: string, id: string, signal: AbortSignal): Promise<Instance | undefined> {
    const url = this.#restUrl(path);
    const place = `${url.origin}${url.pathname}`;
    // What is no name of one would lead elsewhere.
    if (/^\.{0,2}$/.test(id)) return undefined;
    url.pathname += `/${encodeURIComponent(id)}`;
    const answer = await this.#http.send({ url, signal, place }, (status) => status === 404);
    return answer.status === 404 ? undefined : objectIn(bodyOf(answer));
  }

  /** What a report answers, as it comes. */
  report(report: ReportConfig, prompts: Readonly<Record<string, string>>, signal: AbortSignal) {
    const url = this.reportUrl(report);
    for (const [name, value] of Object.entries({ ...report.prompts, ...prompts })) {
      url.searchParams.set(name, value);
    }
    url.searchParams.set('format', 'json');
    return this.#http.stream({ url, signal, seconds: reportSeconds });
  }

  /** The schema of a report, in XML. @throws ConnectorError */
  schema(report: ReportConfig, signal: AbortSignal): Promise<Answer> {
    const url = this.reportUrl(report);
    url.search = '?xsds';
    return this.#http.send({ url, signal, headers: { accept: 'application/xml' } });
  }

  reportUrl({ owner, name }: ReportConfig): URL {
    const { tenant } = this.settings.config;
    const path = [tenant, owner, name].map(encodeURIComponent).join('/');
    return this.#http.urlOf(`ccx/service/customreport2/${path}`);
  }

  #restUrl(path: string): URL {
    const [service = '', version = '', collection = ''] = path.split('/').map(encodeURIComponent);
    const { tenant } = this.settings.config;
    return this.#http.urlOf(`ccx/api/${service}/${version}/${tenant}/${collection}`);
  }
}

function instanceOf(json: Parameters<typeof objectIn>[0]): Instance {
  return objectIn(json) ?? { value: json ?? null };
}
