import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate for the host db.example, and authorities: `ca` has signed it, `otherCa` has not. */
export async function makeCertificates() {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-tls-'));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  for (const name of ['ca', 'other']) {
    await openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Test CA', '-days', '9'],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
    );
  }
  await openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=db.example', '-keyout', 'own.key'],
    ...['-addext', 'subjectAltName=DNS:db.example', '-out', 'own.csr'],
  );
  await openssl(
    ...['x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '9'],
    ...['-CAcreateserial', '-copy_extensions', 'copy', '-out', 'own.pem'],
  );
  // A server may run as somebody else.
  await chmod(folder, 0o755);
  await chmod(path('own.key'), 0o644);
  return {
    certificate: path('own.pem'),
    key: path('own.key'),
    ca: await readFile(path('ca.pem'), 'utf8'),
    otherCa: await readFile(path('other.pem'), 'utf8'),
    end: () => rm(folder, { recursive: true }),
  };
}
