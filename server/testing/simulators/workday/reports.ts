import type { Tenant, Value, Worker } from './tenant.ts';

type Column = {
  readonly name: string;
  readonly xsd: string;
  readonly many?: true;
  readonly of: (worker: Worker) => Value;
};

export type Report = { readonly owner: string; readonly name: string; readonly prompts: string[] };

export const owner = 'ISU_Heddle';

export const reports: readonly Report[] = [
  { owner, name: 'Headcount', prompts: ['Updated_From', 'Organization!WID'] },
];

const columns: readonly Column[] = [
  { name: 'Employee_ID', xsd: 'xsd:string', of: ({ nth }) => String(nth + 1).padStart(6, '0') },
  { name: 'Worker', xsd: 'wd:WorkerObjectType', of: ({ name }) => name },
  { name: 'Hire_Date', xsd: 'xsd:date', of: ({ hired }) => hired },
  { name: 'Base_Pay', xsd: 'xsd:decimal', of: ({ pay }) => pay },
  { name: 'Is_Manager', xsd: 'xsd:boolean', of: ({ isManager }) => (isManager ? '1' : '0') },
  { name: 'Notes', xsd: 'wd:RichText', of: ({ notes }) => notes },
  {
    ...{ name: 'Dependents_group', xsd: 'wd:Dependents_groupType', many: true as const },
    of: ({ nth }) => (nth % 3 ? null : [{ Dependent: `Child "${nth}" {Zoë}]`, Age: '7' }]),
  },
  {
    ...{ name: 'Last_Updated', xsd: 'xsd:dateTime' },
    of: ({ updatedAt }) => new Date(updatedAt - 28_800_000).toISOString().replace('Z', '-08:00'),
  },
];

/** What a report answers, in pieces: what is empty is left out, and everything else a text. */
export function* answerReport(tenant: Tenant, query: URLSearchParams): Generator<string> {
  const since = query.get('Updated_From');
  const least = since === null ? undefined : Date.parse(since);
  yield '{"Report_Entry":[';
  let isFirst = true;
  for (const worker of tenant.listed) {
    if (least !== undefined && worker.updatedAt < least) continue;
    const told = columns.map(({ name, of }): [string, Value] => [name, of(worker)]);
    const entry = Object.fromEntries(told.filter(([, value]) => value !== null));
    yield `${isFirst ? '' : ',\n'}${JSON.stringify(entry)}`;
    isFirst = false;
  }
  yield ']}';
}

/** The types of its columns: https://www.w3.org/TR/xmlschema11-1/ */
export function describeReport({ name }: Report): string {
  const elements = columns.map((column) => {
    const many = column.many ? ' maxOccurs="unbounded"' : '';
    return `<xsd:element name="${column.name}" type="${column.xsd}" minOccurs="0"${many}/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wd="urn:com.workday.report/${name}" elementFormDefault="qualified" attributeFormDefault="qualified" targetNamespace="urn:com.workday.report/${name}">
<xsd:element name="Report_Data" type="wd:Report_DataType"/>
<xsd:simpleType name="RichText"><xsd:restriction base="xsd:string"/></xsd:simpleType>
<xsd:complexType name="WorkerObjectIDType"><xsd:simpleContent><xsd:extension base="xsd:string"><xsd:attribute name="type" type="xsd:string"/></xsd:extension></xsd:simpleContent></xsd:complexType>
<xsd:complexType name="WorkerObjectType"><xsd:sequence><xsd:element name="ID" type="wd:WorkerObjectIDType" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence><xsd:attribute name="Descriptor" type="xsd:string"/></xsd:complexType>
<xsd:complexType name="Dependents_groupType"><xsd:sequence><xsd:element name="Dependent" type="xsd:string" minOccurs="0"/><xsd:element name="Age" type="xsd:decimal" minOccurs="0"/></xsd:sequence></xsd:complexType>
<xsd:complexType name="Report_EntryType"><xsd:sequence>${elements.join('\n')}</xsd:sequence></xsd:complexType>
<xsd:complexType name="Report_DataType"><xsd:sequence><xsd:element name="Report_Entry" type="wd:Report_EntryType" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>
</xsd:schema>`;
}
