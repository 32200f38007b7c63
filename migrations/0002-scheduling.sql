create schema scheduling;
grant usage on schema scheduling to heddle_app, heddle_system;

create table scheduling.practice (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  name text not null,
  -- where its mail goes; null: to the owners of the organization
  email text,
  -- ISO 3166-1 alpha-2, for phone numbers without a country code; null: by its first time zone
  country text check (country ~ '^[A-Z]{2}$'),
  hold_minutes integer not null default 15 check (hold_minutes between 1 and 1440),
  -- the last transaction that moved a booking from here to another practice
  left_by xid8,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('scheduling.practice');

create table scheduling.location (
  organization_id bigint not null,
  id bigint generated always as identity,
  practice_id bigint not null,
  name text not null,
  website text not null default '',
  street_address text not null default '',
  secondary_address text not null default '',
  city text not null default '',
  state text not null default '',
  zip text not null default '',
  timezone text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice
);
create index on scheduling.location (organization_id, practice_id, id);
call platform.wall('scheduling.location');

create table scheduling.doctor (
  organization_id bigint not null,
  id bigint generated always as identity,
  practice_id bigint not null,
  name text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice
);
create index on scheduling.doctor (organization_id, practice_id, id);
call platform.wall('scheduling.doctor');

-- A weekly series, under the id of the booking that began it. The columns from location_id to status
-- are what the next occurrence is made of.
create table scheduling.series (
  organization_id bigint not null,
  id bigint not null,
  practice_id bigint not null,
  consumer_id bigint not null,
  location_id bigint not null,
  doctor_id bigint not null,
  length_minutes integer not null,
  status text not null check (status in ('open', 'pending', 'booked')),
  -- wall-clock time of occurrence 0, in the time zone of the location
  starts_local timestamp(3) not null,
  -- index of the last occurrence; null: it goes on
  last_index integer,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice,
  foreign key (organization_id, location_id) references scheduling.location,
  foreign key (organization_id, doctor_id) references scheduling.doctor,
  foreign key (organization_id, consumer_id) references platform.consumer
);
create index series_going_on on scheduling.series (organization_id, id) where last_index is null;
call platform.wall('scheduling.series');

create table scheduling.booking (
  organization_id bigint not null,
  id bigint generated always as identity,
  practice_id bigint not null,
  location_id bigint not null,
  doctor_id bigint not null,
  consumer_id bigint not null,
  status text not null check (status in ('open', 'pending', 'booked', 'closed')),
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null check (ends_at > starts_at),
  during tstzrange not null generated always as (tstzrange(starts_at, ends_at)) stored,
  -- when a hold ends; a pending booking without it does not expire
  held_until timestamptz(3) check (held_until is null or status = 'pending'),
  hold_token_hash bytea,
  recurring boolean not null default false,
  series_id bigint,
  -- weeks after the beginning of the series
  series_index integer,
  -- the transaction that wrote the row last, by which cached lists are checked
  written_by xid8 not null default pg_current_xact_id(),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice,
  foreign key (organization_id, location_id) references scheduling.location,
  foreign key (organization_id, doctor_id) references scheduling.doctor,
  foreign key (organization_id, consumer_id) references platform.consumer,
  foreign key (organization_id, series_id) references scheduling.series,
  check ((series_id is null) = (series_index is null)),
  unique (organization_id, series_id, series_index),
  -- A doctor is never promised twice.
  constraint doctor_promised_once exclude using gist (
    organization_id with =, doctor_id with =, during with &&
  ) where (status in ('pending', 'booked'))
);
create index booking_by_practice on scheduling.booking (organization_id, practice_id, starts_at, id)
  where status <> 'closed';
create index booking_by_location on scheduling.booking (organization_id, location_id, starts_at, id)
  where status <> 'closed';
create index booking_by_writer on scheduling.booking (organization_id, practice_id, written_by);
create index booking_by_hold on scheduling.booking (organization_id, practice_id, held_until)
  where held_until is not null;
call platform.wall('scheduling.booking');

create function scheduling.note_writer() returns trigger
language plpgsql as $$
begin
  new.written_by := pg_current_xact_id();
  if new.practice_id <> old.practice_id then
    update scheduling.practice set left_by = new.written_by
    where organization_id = old.organization_id and id = old.practice_id;
  end if;
  return new;
end $$;
create trigger note_writer before update on scheduling.booking
  for each row execute function scheduling.note_writer();

create table scheduling.patient (
  organization_id bigint not null,
  id bigint generated always as identity,
  practice_id bigint not null,
  location_id bigint not null,
  booking_id bigint not null,
  first_name text not null,
  last_name text not null,
  email text not null,
  phone text not null,
  zip_code text not null,
  guardian_name text not null,
  message text not null,
  dob date,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice,
  foreign key (organization_id, location_id) references scheduling.location,
  foreign key (organization_id, booking_id) references scheduling.booking
);
create index patient_by_creation
  on scheduling.patient (organization_id, practice_id, created_at, id);
call platform.wall('scheduling.patient');

create table scheduling.appointment (
  organization_id bigint not null,
  id bigint generated always as identity,
  guid uuid not null default gen_random_uuid(),
  practice_id bigint not null,
  booking_id bigint not null,
  patient_id bigint not null,
  consumer_id bigint not null,
  status text not null check (status in ('scheduled', 'cancelled')),
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, guid),
  foreign key (organization_id, practice_id) references scheduling.practice,
  foreign key (organization_id, booking_id) references scheduling.booking,
  foreign key (organization_id, patient_id) references scheduling.patient,
  foreign key (organization_id, consumer_id) references platform.consumer
);
create unique index appointment_one_scheduled on scheduling.appointment (organization_id, booking_id)
  where status = 'scheduled';
create index appointment_by_creation
  on scheduling.appointment (organization_id, practice_id, created_at, id);
call platform.wall('scheduling.appointment');

-- What a practice asks: fields is a list of {name, label, type, required}.
create table scheduling.form (
  organization_id bigint not null,
  id bigint generated always as identity,
  practice_id bigint not null,
  title text not null,
  fields jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, practice_id) references scheduling.practice
);
call platform.wall('scheduling.form');

create table scheduling.completed_form (
  organization_id bigint not null,
  appointment_id bigint not null,
  practice_id bigint not null,
  form_id bigint not null,
  answers jsonb not null,
  ipv4 text,
  ipv6 text,
  user_agent text,
  -- as it was signed; never made anew
  pdf bytea not null,
  submitted_at timestamptz(3) not null,
  primary key (organization_id, appointment_id),
  foreign key (organization_id, practice_id) references scheduling.practice,
  foreign key (organization_id, appointment_id) references scheduling.appointment,
  foreign key (organization_id, form_id) references scheduling.form
);
create index completed_form_by_time on scheduling.completed_form (organization_id, submitted_at);
call platform.wall('scheduling.completed_form', 'select, insert');
