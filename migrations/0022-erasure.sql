-- The log outlives what it tells of: of posts and patients it has references only.
update platform.event set data = data - array['blocks', 'plain', 'body', 'mentions', 'files', 'text']
where type in ('thread.posted', 'thread.edited', 'comment.posted', 'comment.edited',
    'message.posted', 'message.edited')
  and data ?| array['blocks', 'plain', 'body', 'mentions', 'files', 'text'];
update platform.event set data = data - array['first_name', 'last_name', 'email', 'phone', 'message',
  'guardian_name', 'zip_code', 'dob']
where type = 'patient.created' and data ? 'first_name';

-- Since when nothing is known of them.
alter table scheduling.patient add erased_at timestamptz(3);

-- What was sent long ago and has its text still.
create index mail_with_text on platform.mail (coalesce(sent_at, failed_at))
  where body <> '' and coalesce(sent_at, failed_at) is not null;
