import { plain, type Result } from '../figures.ts';
import { withInstallation } from '../installation.ts';
import { residentMegabytes } from '../memory.ts';
import { clientOf } from '../sync/scene.ts';
import { measurePace } from './pace.ts';
import { makeWorkflowScene } from './scene.ts';
import { bookingsInAll, measureTelling } from './telling.ts';

/** What workflows cost a worker, and how soon one tells of a booking. */
export async function measureWorkflows(): Promise<Result> {
  return withInstallation(async (at) => {
    const scene = await makeWorkflowScene(at, bookingsInAll);
    const reach = { HEDDLE_ALLOW_PRIVATE_HOSTS: '1' };
    const web = await at.serve({ HEDDLE_ROLES: 'web', ...reach });
    const worker = await at.serve({ HEDDLE_ROLES: 'worker', ...reach });
    const client = clientOf(web.port, scene.token);
    const pace = await measurePace(at, scene, { client, pid: worker.pid });
    await worker.stop();
    await web.stop();

    const server = await at.serve(reach);
    const one = clientOf(server.port, scene.token);
    const told = await measureTelling(at, scene, { client: one, port: server.port });
    const memory = await residentMegabytes(server.pid);
    const about =
      'durable runs of three steps by one worker; a booking until it stands in a channel';
    const figures = [...pace, ...told, plain('the one process, after these', 'MB', memory)];
    return { benchmark: 'workflows', about, figures };
  });
}
