import { after } from 'node:test';
import { contractTest } from '@heddle/extension-sdk/testing';
import connector from './connector.ts';
import { StandIn } from './stand-in.ts';

const service = new StandIn();
const base_url = await service.listen();
after(() => service.close());

contractTest(connector, {
  config: { office: 'elm-street', base_url },
  credentials: { api_key: 'the-key' },
  object: 'recalls',
  write: {
    record: { patient: 'Fay Stone', phone: null, due_on: '2027-05-04', status: 'due' },
    change: { status: 'called', phone: '+12125550171' },
  },
});
