import { z } from 'zod';
import type { Account } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { ApiRequest } from './api-request.ts';
import { checked, id, text } from './dictionary.ts';

/** Whose key this is. Needs no scope. */
export const readAccount: ApiRequest<{ readonly account: Account; readonly key: string }> = {
  method: 'GET',
  path: apiPaths.account(),
  bucket: 'burst',
  read: (body, key) => ({ account: readAnswer(body), key }),
};

const readAnswer = checked(
  z.object({
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
  }),
);
