import { textsCell, type DictionaryOf } from '../src/pipeline.ts';

export const account: DictionaryOf<'account'> = {
  kind: 'dictionary',
  name: 'account',
  dictionary: 'account',
  description: 'The HubSpot account that all other tables come from',
  scopes: [],
  tables: [
    {
      table: {
        name: 'account',
        description: 'The HubSpot account that all other tables come from: one row',
        key: ['portal_id'],
        columns: [
          { name: 'portal_id', type: 'integer', description: 'Account (hub) id', required: true },
          { name: 'account_type', type: 'text', description: 'STANDARD, SANDBOX, DEVELOPER_TEST, …' },
          { name: 'time_zone', type: 'text', description: "The account's time zone" },
          { name: 'company_currency', type: 'text', description: 'Home currency' },
          { name: 'additional_currencies', type: 'text[]', description: 'Other currencies in use' },
          { name: 'ui_domain', type: 'text', description: "Host of the account's pages" },
          { name: 'data_hosting_location', type: 'text', description: 'Region that holds the data' },
        ],
      },
      vanished: 'delete',
      rows: (item) => [
        [
          item.portalId,
          item.accountType,
          item.timeZone,
          item.companyCurrency,
          textsCell(item.additionalCurrencies),
          item.uiDomain,
          item.dataHostingLocation,
        ],
      ],
    },
  ],
};
