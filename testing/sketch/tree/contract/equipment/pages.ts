import { definePages } from '../pages.ts';

export const pages = definePages({
  inside: { devices: '/devices' },
  outside: {},
  parts: {},
});
