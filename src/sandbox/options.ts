/** Everything about a sandbox that can be chosen. Where HubSpot's behaviour is not known, the option is a switch. */
export interface SandboxOptions {
  /** The same seed, options and mutations give the same account. */
  readonly seed: number;
  /** How many contacts; the other objects follow in a realistic ratio. */
  readonly contacts: number;
  /** Custom properties on top of the built-in ones: as many for each object, or by object. */
  readonly extraProperties: number | Readonly<Record<string, number>>;
  /** The share of custom values that are not empty, 0 to 1. */
  readonly extraFilled: number;
  /** The share of custom values that are hostile (emoji, NUL, 65,536 characters, impossible dates …), 0 to 1. */
  readonly nastyRate: number;
  /** The instant at which the virtual clock starts, milliseconds since 1970. */
  readonly startAt: number;
  /** 0 stands still and moves by `clock.advance`, 1 follows real time, n runs n times as fast. */
  readonly speed: number;
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly portalId: number;
  /** The first key; empty makes one from the seed. */
  readonly key: string;
  /** The scopes of that key. */
  readonly scopes: readonly string[];
  /** IANA name: the daily limit ends at midnight there. */
  readonly timeZone: string;
  /** Type ids of objects that the account has switched off in its object library. */
  readonly switchedOff: readonly string[];
  readonly limits: RateLimits;
  /** Rolling windows are measured on the real clock or on the virtual one. The daily limit is always virtual. */
  readonly limitClock: 'real' | 'virtual';
  /** Where the limit is checked: before or after the scopes. Not known of HubSpot. */
  readonly limitPosition: 'before scopes' | 'after scopes';
  /** `Retry-After` on 429 (seconds). HubSpot documents none. */
  readonly retryAfter: boolean;
  /** Malformed tokens get the edge's 530 page instead of a 401. */
  readonly edge530: boolean;
  /** How long a write stays unseen by search. */
  readonly indexLag: IndexLag;
  /** The same of some objects, by name. */
  readonly indexLagOf: Readonly<Record<string, IndexLag>>;
  /** Hits in one answer of a search at most, and of one query however it is paged. HubSpot documents 200 and 10,000. */
  readonly searchPage: number;
  readonly searchCap: number;
  /** Chance that two search hits change places, 0 to 1; anew in each answer. */
  readonly reorder: number;
  /** How many places they are apart at most. */
  readonly reorderDistance: number;
  /** Whether that may happen over a page's edge too. */
  readonly reorderAcrossPages: boolean;
  /** Targets per input in one answer of the associations batch read. */
  readonly associationPageSize: number;
  /** Members of a list in one answer at most. HubSpot documents 250. */
  readonly membershipPageSize: number;
  /** Owners, and lists, in one answer at most. HubSpot documents 500 of each. */
  readonly ownerPageSize: number;
  readonly listPageSize: number;
  /** Answers are compressed for clients that accept gzip. */
  readonly gzip: boolean;
  readonly unknowns: Unknowns;
}

/** Milliseconds. Each write is late by its own time; `standstill`: and the index moves on once in so long, to all that is due. */
export interface IndexLag {
  readonly min: number;
  readonly max: number;
  readonly standstill?: number;
}

/** Requests per window. `burst` and `associations` are per 10 seconds, `search` per second, `daily` per account and day. */
interface RateLimits {
  readonly burst: number;
  readonly search: number;
  readonly associations: number;
  readonly daily: number;
}

/** One switch for each thing that is not known about HubSpot. */
interface Unknowns {
  /** Batch read of an id that was merged away. */
  readonly mergedInBatch: 'resolve' | 'missing' | 'absent';
  /** Does a restore from the recycle bin move the watermark? */
  readonly restoreMovesWatermark: boolean;
  /** Does writing the same value again move the watermark? */
  readonly sameValueMovesWatermark: boolean;
  /** Pairs such as `contacts>companies` whose link changes move the watermark of the first. */
  readonly associationMovesWatermark: readonly string[];
  /** Does a record that was made by a merge bear the time of the merge, or the later one of the two that were merged? */
  readonly mergeMovesWatermark: boolean;
  /** Was it created when the earlier of the two was, or when they were merged? */
  readonly mergeKeepsCreated: boolean;
  /** A search filter on a property that does not exist. */
  readonly unknownFilterProperty: 'refuse' | 'ignore';
  /** Which wording a missing scope gets. */
  readonly scopeBody:
    | 'granular'
    | 'required'
    | 'view_schema'
    | 'permissions'
    | 'missing required'
    | 'text'
    | 'not public';
  /** What asking for an object that is switched off leads to. */
  readonly switchedOff: 'forbidden' | 'not recognised' | 'as ever';
  /** Requested properties without a value. */
  readonly emptyProperties: 'null' | 'omit';
  /** Timestamps on a full second lose their `.000`. */
  readonly dropZeroMilliseconds: boolean;
  readonly toObjectId: 'number' | 'string';
  /** Longest search body in characters; 0 is no limit. */
  readonly searchBodyLimit: number;
  /** A page size over the limit. */
  readonly overLimit: 'refuse' | 'clamp';
  /** Values of sensitive properties and of email bodies for a key without their own scope. */
  readonly sensitiveWithoutScope: 'null' | 'absent' | 'refuse';
  /** Is anything left in the recycle bin after a GDPR delete? */
  readonly gdprLeavesArchived: boolean;
  /** Do rate-limit headers come with search answers? `daily` sends the two daily ones. */
  readonly searchHeaders: 'none' | 'daily';
  /** Order of `propertiesWithHistory` entries. */
  readonly historyOrder: 'newest first' | 'oldest first' | 'none';
  /** Entries of a property at most, the newest; 0 is no limit. */
  readonly historyLength: number;
  /** Is the history of what a GDPR delete has left in the recycle bin still told? */
  readonly gdprLeavesHistory: boolean;
  /** What a search of lists says of their members: size, and when one last joined and left. `stale`: it never changes. */
  readonly listMarks: 'right' | 'absent' | 'stale';
}

const unknowns: Unknowns = {
  mergedInBatch: 'absent',
  restoreMovesWatermark: false,
  sameValueMovesWatermark: true,
  associationMovesWatermark: [],
  mergeMovesWatermark: true,
  mergeKeepsCreated: false,
  unknownFilterProperty: 'refuse',
  scopeBody: 'granular',
  switchedOff: 'forbidden',
  emptyProperties: 'null',
  dropZeroMilliseconds: false,
  toObjectId: 'number',
  searchBodyLimit: 3000,
  overLimit: 'refuse',
  sensitiveWithoutScope: 'absent',
  gdprLeavesArchived: false,
  searchHeaders: 'none',
  historyOrder: 'newest first',
  historyLength: 0,
  gdprLeavesHistory: false,
  listMarks: 'right',
};

/** What a read-only key of a whole-account sync would be granted. */
export const allReadScopes: readonly string[] = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.companies.read',
  'crm.objects.deals.read',
  'tickets',
  'sales-email-read',
  'crm.objects.owners.read',
  'crm.objects.custom.read',
  'crm.schemas.custom.read',
  'crm.lists.read',
  'crm.objects.users.read',
  'settings.users.read',
  'settings.users.teams.read',
  'crm.export',
];

/** The scopes of an ordinary key and of every further object that the sandbox has. */
export const everyReadScope: readonly string[] = [
  ...allReadScopes,
  ...[
    'leads line_items products quotes orders carts invoices commercepayments subscriptions goals feedback_submissions',
    'appointments courses listings services contracts projects moons',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `crm.objects.${name}.read`),
];

const defaultOptions: SandboxOptions = {
  seed: 1,
  contacts: 1000,
  extraProperties: 12,
  extraFilled: 0.4,
  nastyRate: 0.003,
  startAt: Date.UTC(2026, 9, 1, 8),
  speed: 1,
  port: 0,
  portalId: 1234567,
  key: '',
  scopes: everyReadScope,
  timeZone: 'US/Eastern',
  switchedOff: [],
  limits: { burst: 190, search: 5, associations: 150, daily: 1_000_000 },
  limitClock: 'real',
  limitPosition: 'after scopes',
  retryAfter: false,
  edge530: false,
  indexLag: { min: 5000, max: 30_000 },
  indexLagOf: {},
  searchPage: 200,
  searchCap: 10_000,
  reorder: 0.05,
  reorderDistance: 1,
  reorderAcrossPages: false,
  associationPageSize: 500,
  membershipPageSize: 250,
  ownerPageSize: 500,
  listPageSize: 500,
  gzip: true,
  unknowns,
};

/** The chosen options over the defaults; the nested ones may be given in part. */
export function optionsFrom(chosen: SandboxChoice): SandboxOptions {
  return {
    ...defaultOptions,
    ...chosen,
    limits: { ...defaultOptions.limits, ...chosen.limits },
    unknowns: { ...unknowns, ...chosen.unknowns },
  };
}

/** Options as a caller gives them. */
export type SandboxChoice = Partial<Omit<SandboxOptions, 'limits' | 'unknowns'>> & {
  readonly limits?: Partial<RateLimits>;
  readonly unknowns?: Partial<Unknowns>;
};
