import type { TestServer } from '../../../testing/server.ts';
import type { Slack } from '../../../testing/simulators/slack/simulator.ts';
import { Providers } from '../../connections/providers.ts';
import { Sessions } from '../../connections/sessions.ts';
import { ownConnectors } from '../../connectors/own/index.ts';
import { bodyOf, type SyncScene } from '../../testing/scene.ts';
import { confidences } from '../../webhooks/confidence.ts';
import { tellWebhook } from '../../webhooks/noticing.ts';
import type { NoticeServices } from '../sending.ts';

/** What notices are sent with, as the process of a test server has it. */
export function noticeServices({ server }: TestServer): NoticeServices {
  const { platform, jobs } = server;
  const providers = new Providers(platform.keyring, ownConnectors(platform.objects, platform));
  const sessions = new Sessions({ ...platform, providers });
  const tell = tellWebhook(confidences(platform.secrets));
  return { ...platform, enqueue: jobs.enqueue, sessions, tellWebhook: tell };
}

/** A connection to a workspace that is simulated. */
export async function connectSlack({ client }: SyncScene, slack: Slack, config = {}) {
  const body = {
    ...{ provider: 'slack', name: 'Slack', credentials: slack.credentials },
    config: { base_url: slack.url, ...config },
  };
  const connection = bodyOf(await client.createConnection({ body }));
  if (connection.status !== 'active') throw new Error(String(connection.health.message));
  return connection.id;
}
