import type { FieldType } from '../../values/types.ts';

/** What the REST API documents of a collection, as far as its list shows it. */
export type Collection = {
  readonly name: string;
  /** Service, version and collection. */
  readonly path: string;
  readonly members: readonly Member[];
};

export type Member = {
  readonly steps: readonly string[];
  readonly type: FieldType;
  readonly nativeType: string;
};

const own = texts('id', 'descriptor');

/** https://community.workday.com/sites/default/files/file-hosting/restapi/index.html */
export const collections: readonly Collection[] = [
  {
    name: 'workers',
    path: 'staffing/v6/workers',
    members: [
      ...[...own, ...texts('workerId', 'person.id'), ...to('workerType')],
      ...texts('primaryJob.id', 'primaryJob.descriptor', 'primaryJob.businessTitle'),
      ...to('primaryJob.supervisoryOrganization', 'supervisoryOrganizations'),
      ...to('primaryJob.jobProfile', 'jobProfiles'),
      ...[...to('primaryJob.jobType'), ...to('primaryJob.location')],
      ...[...to('primaryJob.workSpace'), ...lists('additionalJobs')],
    ],
  },
  {
    name: 'jobs',
    path: 'staffing/v6/jobs',
    members: [
      ...[...own, ...texts('businessTitle'), ...to('worker', 'workers')],
      ...to('supervisoryOrganization', 'supervisoryOrganizations'),
      ...[...to('jobProfile', 'jobProfiles'), ...to('jobType'), ...to('location')],
      ...all({ kind: 'date' }, ['nextPayPeriodStartDate']),
    ],
  },
  {
    name: 'supervisoryOrganizations',
    path: 'staffing/v6/supervisoryOrganizations',
    members: [...own, ...texts('name', 'code'), ...flags('inactive'), ...lists('managers')],
  },
  {
    name: 'jobProfiles',
    path: 'staffing/v6/jobProfiles',
    members: [...texts('id', 'name'), ...flags('inactive')],
  },
  {
    name: 'jobFamilies',
    path: 'staffing/v6/jobFamilies',
    members: [
      ...[...own, ...texts('summary'), ...flags('inactive'), ...to('jobFamilyGroup')],
      ...lists('jobProfiles'),
    ],
  },
  {
    name: 'jobChangeReasons',
    path: 'common/v1/jobChangeReasons',
    members: [...own, ...flags('isForEmployee', 'isForContingentWorker', 'managerReason')],
  },
  { name: 'organizationTypes', path: 'common/v1/organizationTypes', members: own },
];

function texts(...paths: string[]): Member[] {
  return all({ kind: 'text' }, paths);
}

function flags(...paths: string[]): Member[] {
  return all({ kind: 'boolean' }, paths);
}

function lists(...paths: string[]): Member[] {
  return all({ kind: 'jsonb' }, paths, 'list');
}

/** A reference to another instance: by its id, and by what people call it. */
function to(path: string, collection?: string): Member[] {
  const [id, descriptor] = texts(`${path}.id`, `${path}.descriptor`) as [Member, Member];
  const nativeType = collection === undefined ? 'reference' : `reference to ${collection}`;
  return [{ ...id, nativeType }, descriptor];
}

function all(type: FieldType, paths: readonly string[], nativeType: string = type.kind): Member[] {
  return paths.map((path) => ({ steps: path.split('.'), type, nativeType }));
}
