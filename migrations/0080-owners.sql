-- Who made a booking, series or appointment is a consumer or a member, and nobody else.
alter table scheduling.series alter column consumer_id drop not null, add column member_id bigint;
alter table scheduling.booking alter column consumer_id drop not null, add column member_id bigint;
alter table scheduling.appointment alter column consumer_id drop not null, add column member_id bigint;

alter table scheduling.series add constraint series_one_owner
  check (num_nonnulls(consumer_id, member_id) = 1) not valid;
alter table scheduling.booking add constraint booking_one_owner
  check (num_nonnulls(consumer_id, member_id) = 1) not valid;
alter table scheduling.appointment add constraint appointment_one_owner
  check (num_nonnulls(consumer_id, member_id) = 1) not valid;

alter table scheduling.series add constraint series_member
  foreign key (organization_id, member_id) references platform.member not valid;
alter table scheduling.booking add constraint booking_member
  foreign key (organization_id, member_id) references platform.member not valid;
alter table scheduling.appointment add constraint appointment_member
  foreign key (organization_id, member_id) references platform.member not valid;
