-- What the page of its author called a post while it was being sent: there it is not shown twice.
alter table messaging.thread add sent_id uuid;
alter table messaging.comment add sent_id uuid;
alter table messaging.message add sent_id uuid;
