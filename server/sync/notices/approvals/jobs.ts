import { JobType } from '../../../runtime/jobs/jobs.ts';

/** Looks at what has been said in a thread. */
export const hearApproval = new JobType<{ organization: number; thread_id: string }>(
  'approval.hear',
);

/** Says something in a thread, by the bot that asked there. */
export const tellThread = new JobType<{
  organization: number;
  connection_id: string;
  thread_id: string;
  text: string;
}>('approval.tell', { seconds: 60 });
