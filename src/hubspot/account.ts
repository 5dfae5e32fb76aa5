import { z } from 'zod';
import type { Account } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { checked, id, text } from './dictionary.ts';

/** Whose key this is. Needs no scope. */
export function readAccount(client: Client, signal: AbortSignal): Promise<Account> {
  const read = checked(account);
  return client.call({ method: 'GET', path: apiPaths.account(), bucket: 'burst', read }, signal);
}

const account = z.object({
  portalId: id,
  accountType: text,
  timeZone: z.string().min(1),
  companyCurrency: text,
  additionalCurrencies: z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? []),
  uiDomain: text,
  dataHostingLocation: text,
});
