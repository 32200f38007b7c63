export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };
export type Instance = { [name: string]: Value } & { id: string };

export type Worker = {
  readonly nth: number;
  name: string;
  title: string;
  hired: string;
  pay: string;
  isManager: boolean;
  /** In milliseconds. */
  updatedAt: number;
  notes: string | null;
};

export const startMilliseconds = Date.UTC(2024, 0, 1);

const organizations = 7;

/** Of which instances are shown as they are asked for. */
export type Collection = { readonly total: number; page(from: number, to?: number): Instance[] };

/** What a tenant holds: people, of whom everything else is told. */
export class Tenant {
  readonly #workers = new Map<number, Worker>();
  #listed: readonly Worker[] | undefined;

  constructor(records: number) {
    for (let nth = 0; nth < records; nth += 1) this.put(nth);
  }

  /** Hires somebody, or changes what is known of somebody. */
  put(nth: number, changes: Partial<Omit<Worker, 'nth'>> = {}): void {
    const known = this.#workers.get(nth) ?? {
      ...{ nth, name: `Worker ${String(nth).padStart(6, '0')}`, title: `Title ${nth % 5}` },
      ...{ hired: '1980-02-29', pay: `${nth}.25`, isManager: nth % 10 === 0 },
      ...{ updatedAt: startMilliseconds + nth * 1_000, notes: null },
    };
    this.#workers.set(nth, { ...known, ...changes });
    this.#listed = undefined;
  }

  remove(nth: number): void {
    this.#workers.delete(nth);
    this.#listed = undefined;
  }

  /** In the order of their names, as Workday lists them. */
  get listed(): readonly Worker[] {
    this.#listed ??= [...this.#workers.values()].sort((a, b) =>
      a.name === b.name ? a.nth - b.nth : a.name < b.name ? -1 : 1,
    );
    return this.#listed;
  }

  /** Of the REST API; undefined where there is none. */
  collection(path: string): Collection | undefined {
    switch (path) {
      case 'staffing/v6/workers':
        return collectionOf(this.listed, workerOf);
      case 'staffing/v6/jobs':
        return collectionOf(this.listed, jobOf);
      case 'staffing/v6/supervisoryOrganizations':
        return collectionOf(
          Array.from({ length: organizations }, (_, nth) => nth),
          organizationOf,
        );
      case 'common/v1/jobChangeReasons':
        return collectionOf([0, 1], reasonOf);
      case 'customObjects/v1/badges':
        return collectionOf([0], (nth) => {
          const colour = { shade: 'red' };
          return { id: wid('d', nth), descriptor: 'Badge', level: 3, colour };
        });
      default:
        return undefined;
    }
  }
}

function collectionOf<One>(all: readonly One[], show: (one: One) => Instance): Collection {
  return { total: all.length, page: (from, to) => all.slice(from, to).map(show) };
}

export function wid(kind: string, nth: number): string {
  return kind + nth.toString(16).padStart(31, '0');
}

function workerOf({ nth, name, title }: Worker): Instance {
  return {
    ...{ id: wid('a', nth), descriptor: name, workerId: String(nth + 1).padStart(6, '0') },
    href: `/ccx/api/staffing/v6/workers/${wid('a', nth)}`,
    person: { id: wid('f', nth) },
    workerType: reference('e', nth % 2, nth % 2 ? 'Contingent Worker' : 'Employee'),
    primaryJob: {
      ...{ id: wid('9', nth), descriptor: `P-${nth} ${title}`, businessTitle: title },
      supervisoryOrganization: reference('b', nth % organizations, `Team ${nth % organizations}`),
      jobType: null,
      jobProfile: reference('7', nth % 5, title),
      location: { ...reference('8', 0, 'Zürich'), country: { id: wid('6', 0), descriptor: 'CH' } },
    },
    additionalJobs: nth % 10 ? [] : [reference('9', nth + 1, 'Also')],
  };
}

function jobOf({ nth, name, title }: Worker): Instance {
  return {
    ...{ id: wid('9', nth), descriptor: `P-${nth} ${title}`, businessTitle: title },
    worker: reference('a', nth, name),
    supervisoryOrganization: reference('b', nth % organizations, `Team ${nth % organizations}`),
    nextPayPeriodStartDate: '2024-05-06',
  };
}

function organizationOf(nth: number): Instance {
  return {
    ...{ id: wid('b', nth), descriptor: `Team ${nth} (Worker)`, name: `Team ${nth}` },
    ...{ code: `SUP_${nth}`, inactive: false, managers: [reference('a', nth, 'Worker')] },
    href: `/ccx/api/staffing/v6/supervisoryOrganizations/${wid('b', nth)}`,
  };
}

function reasonOf(nth: number): Instance {
  return {
    ...{ id: wid('c', nth), descriptor: nth === 0 ? 'Promotion' : 'Transfer' },
    ...{ isForEmployee: true, isForContingentWorker: nth === 1, managerReason: nth === 0 },
  };
}

function reference(kind: string, nth: number, descriptor: string) {
  return { id: wid(kind, nth), descriptor, href: `/ccx/api/v1/any/${wid(kind, nth)}` };
}
