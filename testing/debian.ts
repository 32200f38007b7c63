import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];

/** Installs a package of Debian, as root. @throws Error that begins with what the tests need */
export async function installPackage(name: string, need: string): Promise<void> {
  // In this runlevel no service is started that the package brings.
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', ...options, name], { env });
  try {
    await install().catch(() => run('apt-get', ['update']).then(install));
  } catch (error) {
    const reason = (error as Error).message.trim().split('\n').at(-1);
    throw new Error(
      `The tests need ${need}; install it, or run them as root on Debian, where they install it ` +
        `(${reason}).`,
    );
  }
}
