import type { OwnTable } from './own-table.ts';

/** What people were told of by a notification. Never edited once released. */
export const notices: OwnTable = {
  name: 'notices',
  meaning: 'What people were told of by a notification, and will be told the end of',
  key: ['id'],
  columns: [
    ['id', 'STRING', 'What it is about, such as failure/contacts; schema: the changes up to told_at'],
    ['kind', 'STRING', 'failure, staleness, schema or key'],
    ['text', 'STRING', 'What they were told'],
    ['told_at', 'TIMESTAMP', 'On the clock of the machine that told it; of schema on BigQuery’s'],
  ],
};
