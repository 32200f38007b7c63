import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const modules = join(import.meta.dirname, '../../node_modules');

/** A registry of npm with the packages that are installed here, each in its version: no network. */
export async function openRegistry(): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const [name = '', tarball] = decodeURIComponent(request.url!.slice(1)).split('/-/');
    if (!existsSync(join(modules, name, 'package.json'))) {
      response.writeHead(404).end('{}');
    } else if (tarball === undefined) {
      response.end(JSON.stringify(about(name, `http://${request.headers.host}`)));
    } else {
      response.end(await pack(name));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function about(name: string, url: string): object {
  const own = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  const dist = { tarball: `${url}/${name}/-/package.tgz` };
  const { version } = own;
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...own, dist } } };
}

async function pack(name: string): Promise<Buffer> {
  const words = ['-cf', '-', '-C', join(modules, name), '--transform', 's,^\\.,package,', '.'];
  const options = { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 } as const;
  return (await run('tar', words, options)).stdout;
}
