import Type from 'typebox';
import { ShortId } from '../shapes.ts';

export const events = { 'device.added': Type.Object({ device_id: ShortId }) };
