-- What a consumer may reach is its product's to understand.
alter table platform.consumer rename column practice_ids to resource_ids;
comment on column platform.consumer.resource_ids is
  'ids of what it was given of its product (Scheduling: practices); null: everything of the organization';
