import { z } from 'zod';
import { fitsHeader, pastedKey } from '../src/pasted-key.ts';
import { bigqueryProblem, isBigquery } from './bigquery-url.ts';
import type { Kind } from './kinds.ts';

/** A HubSpot Service Key, cleaned of what came along when it was pasted. */
export const serviceKey: Kind<string> = {
  type: z
    .string('must be a key')
    .transform(pastedKey)
    .refine((key) => key !== '', { error: 'holds no key, only spaces, quotes or "Bearer"', abort: true })
    .refine(
      fitsHeader,
      'must be the key alone: one word, without a space, a line break or a quote in it. Copy it again from HubSpot',
    ),
  fromText: (given) => given,
};

/** The same of a slot that may stand empty. */
export const optionalServiceKey: Kind<string | undefined> = {
  type: serviceKey.type.optional(),
  fromText: (given) => given,
};

export const hubspotUrl: Kind<string> = {
  type: z
    .string('must be a URL')
    .refine(isWebUrl, { error: 'must be a URL such as https://api.hubapi.com, without a query', abort: true })
    .refine(
      (given) => isPrivate(new URL(given)),
      'must be an https URL: the Service Key is sent there; http only on this machine',
    )
    .transform((given) => given.replace(/\/+$/, '')),
  fromText: (given) => given,
};

/** Whoever has it may write where it leads: it is sent encrypted, or not at all, and no message repeats it. */
export const webhookUrl: Kind<string> = {
  type: z
    .string('must be a URL')
    .refine(
      isWebhook,
      'must be an https URL such as https://hooks.slack.com/services/…; http only on this machine',
    ),
  fromText: (given) => given.trim(),
};

/** No message repeats the URL: it may hold a password, even where it is not one that can be parsed. */
export const warehouseUrl: Kind<string> = {
  type: z.string('must be a URL').superRefine((given, context) => {
    const problem = warehouseProblem(given);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  }),
  fromText: (given) => given,
};

/** Whether a URL carries a password, which has no place in a file that is committed. */
export function hasPassword(url: string): boolean {
  if (isBigquery(url)) return url.includes('@');
  if (!URL.canParse(url)) return true;
  const { password, searchParams } = new URL(url);
  return password !== '' || searchParams.has('password');
}

function isWebhook(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { username, password } = new URL(given);
  return username === '' && password === '' && isPrivate(new URL(given));
}

/** Whether nobody on the way can read along. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
  );
}

function isWebUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, search, hash } = new URL(given);
  return (protocol === 'https:' || protocol === 'http:') && search === '' && hash === '';
}

const form = 'postgres://user:password@host:5432/database';

function warehouseProblem(given: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(given)?.[1]?.toLowerCase();
  if (scheme === 'bigquery') return bigqueryProblem(given);
  if (scheme !== 'postgres' && scheme !== 'postgresql')
    return `must be a URL such as ${form} or bigquery://project/dataset`;
  if (!URL.canParse(given)) return `is not a valid URL; it must look like ${form}, ${encoded}`;
  const url = new URL(given);
  if (url.hash !== '' || url.search.includes('@'))
    return `has a # or ? in the user or password; write ${form}, ${encoded}`;
  if (!isDecodable(url.username) || !isDecodable(url.password))
    return `has a % in the user or password that encodes nothing; write ${form}, ${encoded}`;
  return undefined;
}

const encoded = 'with special characters of the password percent-encoded (# is %23, % is %25)';

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
