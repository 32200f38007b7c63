type Client = { query(text: string, values?: unknown[]): Promise<{ rows: object[] }> };

/** heddle_system runs the queue; heddle_app may only add jobs, and cannot see those of others. */
export async function grantJobs(client: Client): Promise<void> {
  await client.query(`
    grant usage on schema pgboss to heddle_app, heddle_system;
    grant select, insert, update, delete on all tables in schema pgboss to heddle_system;
    grant usage, select on all sequences in schema pgboss to heddle_system;
    grant execute on all functions in schema pgboss to heddle_app, heddle_system;
    grant select on pgboss.queue to heddle_app;
    revoke select on pgboss.job, pgboss.job_common from heddle_app;
    grant insert, select (id) on pgboss.job, pgboss.job_common to heddle_app;
  `);
}
