import { serviceKeyPlaces } from '../service-key.ts';

/** What a pasted value can be. Of an API key, a client secret and a refresh token the form is the same. */
export type KeyKind =
  | 'service key'
  | 'broken key'
  | 'personal access key'
  | 'API key or app secret'
  | 'OAuth access token'
  | 'unknown';

/**
 * What a value is by its form, which decides nothing: HubSpot may change its forms, so a value of any form is tried. A legacy
 * private app's token has the form of a Service Key, and works like one. None of the forms is in HubSpot's documents; these are
 * from values that people have published.
 */
export function keyKind(key: string): KeyKind {
  return forms.find(([form]) => form.test(key))?.[1] ?? 'unknown';
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** The hublet: where the account's data are. */
const region = String.raw`[a-z]{2,4}\d{1,3}`;

const forms: readonly (readonly [RegExp, KeyKind])[] = [
  [new RegExp(`^pat-${region}-${uuid}$`, 'i'), 'service key'],
  // Cut at its end or at its beginning, or with something behind it.
  [new RegExp(`^pat-|^(a?t)?-?${region}-${uuid}$`, 'i'), 'broken key'],
  // Base64 of a message whose first field is 36 characters long.
  [/^Ci[QR][\w+/-]{40,}=*$/, 'personal access key'],
  // An account in another region than the first has its name in place of the first four digits.
  [
    new RegExp(`^(${uuid}|${region}-[0-9a-f]{4}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`, 'i'),
    'API key or app secret',
  ],
  // Base64 of a message whose first field is when it ends.
  [/^C[I-P][\w+/-]{30,}=*$/, 'OAuth access token'],
];

const create = `Create a Service Key in HubSpot under ${serviceKeyPlaces}, and use that`;

/** What to say of a value that does not have the form of a Service Key, and what to do; nothing of one that has. */
export const wrongKind: { readonly [Kind in KeyKind]: string | undefined } = {
  'service key': undefined,
  'broken key': `It begins like a Service Key but is cut short, or has a character too many: a whole one is pat-, a region such as na1 or eu1, and 36 characters. Copy the whole Service Key again in HubSpot under ${serviceKeyPlaces}.`,
  'personal access key': `It has the form of a personal access key, which is for the HubSpot CLI alone. ${create}.`,
  'API key or app secret': `It has the form of an old API key (hapikey), a developer API key, or an app's client secret or refresh token, with none of which data are read. ${create}.`,
  'OAuth access token': `It has the form of an OAuth access token, which ends after half an hour. ${create}.`,
  unknown: `It has the form of no credential of HubSpot's: another secret was pasted. A Service Key begins with pat-. ${create}.`,
};
