import { type Parameter, type Ready, scheduling } from './ready.ts';

const crm: Parameter = {
  name: 'crm_connection',
  description:
    'The connection to the CRM; by default the only active one of HubSpot, else of Salesforce.',
  type: 'connection',
  providers: ['hubspot', 'salesforce'],
  isAny: true,
};

const object: Parameter = {
  name: 'object',
  description: 'What contacts are called there.',
  type: 'text',
  default: 'Contact',
};

/** What a CRM has no business with. */
const kept = ['message', 'dob', 'guardian_name'];

export const newPatient: Ready = {
  id: 'new-patient',
  name: 'A new patient to the CRM',
  description:
    'Writes each new patient to the contacts of a CRM: name, mail address, phone and zip code; nothing of their message or birth.',
  parameters: [crm, object, scheduling],
  make: (given) => ({
    trigger: {
      type: 'record_created',
      connection_id: given.text(scheduling.name),
      object: 'patients',
    },
    actions: [
      { type: 'transform', config: { remove: kept } },
      { type: 'write', connection_id: given.text(crm.name), object: given.text(object.name) },
    ],
  }),
};

const salesforce: Parameter = {
  name: 'salesforce_connection',
  description: 'Whose leads; by default the only active connection to Salesforce.',
  type: 'connection',
  providers: ['salesforce'],
};
const hubspot: Parameter = {
  name: 'hubspot_connection',
  description: 'Where the contact is made; by default the only active connection to HubSpot.',
  type: 'connection',
  providers: ['hubspot'],
};
const slack: Parameter = {
  name: 'slack_connection',
  description: 'Where it is said; by default the only active connection to Slack.',
  type: 'connection',
  providers: ['slack'],
};
const slackChannel: Parameter = {
  name: 'slack_channel',
  description: 'The channel of Slack; by default the default_channel of the connection.',
  type: 'text',
};
const revenue: Parameter = {
  name: 'annual_revenue_above',
  description: 'Only leads of companies with more revenue than this in a year.',
  type: 'number',
  default: 5_000_000,
};

export const newLead: Ready = {
  id: 'new-lead',
  name: 'Enterprise Lead Routing',
  description:
    'Takes each new lead of Salesforce, completes what is known of its company, makes a contact of it in HubSpot, and says so in Slack.',
  parameters: [salesforce, hubspot, slack, slackChannel, revenue],
  make: (given) => ({
    trigger: {
      type: 'record_created',
      connection_id: given.text(salesforce.name),
      object: 'Lead',
      filter: `AnnualRevenue > ${given.number(revenue.name)}`,
    },
    actions: [
      { type: 'transform', config: { enrich_company_data: true } },
      { type: 'write', connection_id: given.text(hubspot.name), object: 'Contact' },
      {
        type: 'notify',
        channel: 'slack',
        connection_id: given.text(slack.name),
        to: given.text(slackChannel.name) ?? null,
        message: 'New enterprise lead: {{Lead.Company}}',
      },
    ],
  }),
};
