import Type from 'typebox';
import { ShortId } from '../shapes.ts';

const Member = Type.Object({ member_id: ShortId, name: Type.String() });

export const events = {
  'member.created': Member,
  'member.updated': Member,
  'member.ended': Member,
};
