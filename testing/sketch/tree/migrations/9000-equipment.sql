create schema equipment;
grant usage on schema equipment to heddle_app, heddle_system;

create table equipment.device (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  name text not null,
  is_inspected boolean not null default false,
  is_labelled boolean not null default false,
  primary key (organization_id, id),
  unique (organization_id, name)
);
call platform.wall('equipment.device');
