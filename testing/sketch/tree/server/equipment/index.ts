import { equipment } from '../../contract/equipment/index.ts';
import { slugOf } from '../../contract/errors.ts';
import { type Product, served } from '../platform/product.ts';
import { addDevice } from './devices/devices.ts';
import { deviceJobs, inspectDevice, labelDevice } from './devices/inspection.ts';

export const product: Product = {
  edges: [
    {
      prefixes: equipment.prefixes,
      body: ({ code, message }) => ({ error: slugOf(code), message }),
    },
  ],
  personal: { 'equipment.device': { name: 'nobody' } },
  listens: { 'device.added': [inspectDevice, labelDevice] },
  open: (services) => ({
    jobs: deviceJobs(services),
    serve: () => ({ apis: [served(equipment, { addDevice })] }),
  }),
};
