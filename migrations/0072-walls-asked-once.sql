-- A policy that calls a function asks it for every row; one that selects it, once in a statement.
create or replace procedure platform.wall(
  walled regclass,
  app_may text default 'select, insert, update',
  organization_column text default 'organization_id'
)
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', walled);
  execute format(
    'create policy tenant on %s to heddle_app using (%I = (select platform.organization()))',
    walled, organization_column
  );
  execute format('create policy everything on %s to heddle_system using (true)', walled);
  execute format('grant %s on %s to heddle_app', app_may, walled);
  execute format('grant select, insert, update, delete on %s to heddle_system', walled);
end $$;

do $$
declare
  old record;
begin
  for old in
    select format('%I.%I', schemaname, tablename) as walled, qual
    from pg_policies
    where policyname = 'tenant' and qual like '%= platform.organization())'
    order by 1
  loop
    execute format(
      'alter policy tenant on %s using (%s)',
      old.walled,
      replace(old.qual, '= platform.organization())', '= (select platform.organization()))')
    );
  end loop;
end $$;
