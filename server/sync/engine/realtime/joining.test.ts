import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, destination } = await startFollowing({ wal_sender_timeout: '3s' });

test('what changes in a table that is still read is told, however far others are by then', async () => {
  await ask.query(`create table early (id int primary key, name text);
    insert into early select n, 'row ' || n from generate_series(1, 10) n;
    create table late as table early; alter table late add primary key (id)`);
  await destination.admin.query(`create table early (id int primary key, name text);
    create table late (id int primary key, name text)`);
  await destination.admin.query('begin; lock table early in share mode');
  await follow('early');
  await until('it is read', async () => {
    const { rows } = await destination.admin.query(
      `select from pg_locks where not granted and relation = 'early'::regclass`,
    );
    return rows.length > 0;
  });
  await ask.query(`insert into early values (11, 'meanwhile'); delete from early where id = 1`);
  await follow('late');
  await untilSame('late');
  await ask.query(`insert into late values (11, 'told')`);
  await untilSame('late');
  const heard = async () => {
    const { rows } = await ask.query(`select reply_time from pg_stat_replication
      where application_name !~ 'join' and reply_time > clock_timestamp() - interval '1 second'`);
    return rows.length > 0;
  };
  await until('the source has heard how far it is', heard);
  await destination.admin.query('commit');
  await untilSame('early');
});
