import type { EntitySet, Property } from './properties.ts';
import type { Version } from './shown.ts';

const types: Readonly<Record<Property['kind'], readonly [string, string]>> = {
  text: ['Edm.String', 'Edm.String'],
  boolean: ['Edm.Boolean', 'Edm.Boolean'],
  int32: ['Edm.Int32', 'Edm.Int32'],
  int64: ['Edm.Int64', 'Edm.Int64'],
  decimal: ['Edm.Decimal" Precision="15" Scale="2', 'Edm.Decimal" Precision="15" Scale="2'],
  double: ['Edm.Double', 'Edm.Double'],
  date: ['Edm.DateTime" Precision="0" sap:display-format="Date', 'Edm.Date'],
  time: ['Edm.Time" Precision="0', 'Edm.TimeOfDay'],
  guid: ['Edm.Guid', 'Edm.Guid'],
  stamp: ['Edm.DateTimeOffset" Precision="7', 'Edm.DateTimeOffset" Precision="6'],
};

export function describeSets(sets: readonly EntitySet[], version: Version): string {
  const body = version === 'v2' ? schemaV2(sets) : schemaV4(sets);
  const [edmx, head] =
    version === 'v2'
      ? ['1.0', '<edmx:DataServices m:DataServiceVersion="2.0">']
      : ['4.0', '<edmx:DataServices>'];
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="${edmx}" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">
${head}
<Schema Namespace="API_PARTNER" Alias="SELF">
${body}
</Schema></edmx:DataServices></edmx:Edmx>`;
}

function schemaV2(sets: readonly EntitySet[]): string {
  const entityTypes = sets.map((set) => typeOf(set, 'v2'));
  const entitySets = sets.map(({ name, type, isReadOnly }) => {
    const closed = isReadOnly
      ? ' sap:creatable="false" sap:updatable="false" sap:deletable="false"'
      : '';
    return `<EntitySet Name="${name}" EntityType="API_PARTNER.${type}"${closed}/>`;
  });
  return `${entityTypes.join('\n')}
<Association Name="PartnerToAddress">
<End Type="API_PARTNER.BusinessPartnerType" Multiplicity="1" Role="FromRole"/>
<End Type="API_PARTNER.PartnerAddressType" Multiplicity="*" Role="ToRole"/>
<ReferentialConstraint><Principal Role="FromRole"><PropertyRef Name="BusinessPartner"/></Principal>
<Dependent Role="ToRole"><PropertyRef Name="BusinessPartner"/></Dependent></ReferentialConstraint>
</Association>
<EntityContainer Name="Container" m:IsDefaultEntityContainer="true">${entitySets.join('')}</EntityContainer>`;
}

function schemaV4(sets: readonly EntitySet[]): string {
  const entityTypes = sets.map((set) => typeOf(set, 'v4'));
  const entitySets = sets.map(({ name, type }) => {
    return `<EntitySet Name="${name}" EntityType="SELF.${type}"/>`;
  });
  const notes = sets.map((set) => {
    const closed = set.properties.filter(({ isUnfilterable }) => isUnfilterable);
    const paths = closed.map(({ name }) => `<PropertyPath>${name}</PropertyPath>`).join('');
    const acts = ['Insert', 'Update', 'Delete'].map((act) => {
      const able = { Insert: 'Insertable', Update: 'Updatable', Delete: 'Deletable' }[act];
      return `<Annotation Term="Org.OData.Capabilities.V1.${act}Restrictions"><Record><PropertyValue Property="${able}" Bool="${!set.isReadOnly}"/></Record></Annotation>`;
    });
    return `<Annotations Target="SELF.Container/${set.name}">${acts.join('')}<Annotation Term="SAP__capabilities.FilterRestrictions"><Record><PropertyValue Property="NonFilterableProperties"><Collection>${paths}</Collection></PropertyValue></Record></Annotation></Annotations>`;
  });
  const computed = `<Annotations Target="SELF.BusinessPartnerType/LastChangedAt"><Annotation Term="Org.OData.Core.V1.Computed"/></Annotations>`;
  return `${entityTypes.join('\n')}
<EntityContainer Name="Container">${entitySets.join('')}</EntityContainer>
${notes.join('\n')}
${computed}`;
}

function typeOf({ type, key, properties }: EntitySet, version: Version): string {
  const refs = key.map((name) => `<PropertyRef Name="${name}"/>`).join('');
  const own = properties.map((one) => propertyOf(one, version)).join('\n');
  const link =
    version === 'v4' && type === 'PartnerAddressType'
      ? '<NavigationProperty Name="_Partner" Type="SELF.BusinessPartnerType"><ReferentialConstraint Property="BusinessPartner" ReferencedProperty="BusinessPartner"/></NavigationProperty>'
      : '';
  return `<EntityType Name="${type}"><Key>${refs}</Key>
${own}${link}</EntityType>`;
}

function propertyOf(
  { name, kind, length, isNullable, isComputed, isUnfilterable, isFine }: Property,
  version: Version,
): string {
  const size = length === undefined ? '' : ` MaxLength="${length}"`;
  const must = isNullable === false ? ' Nullable="false"' : '';
  const computed = isComputed ? ' sap:creatable="false" sap:updatable="false"' : '';
  const closed = isUnfilterable ? ' sap:filterable="false"' : '';
  const more = version === 'v2' ? `${computed}${closed} sap:label="${name} &amp; more"` : '';
  const type = isFine ? 'Edm.DateTimeOffset" Precision="7' : types[kind][version === 'v2' ? 0 : 1];
  return `<Property Name="${name}" Type="${type}"${size}${must}${more}/>`;
}
