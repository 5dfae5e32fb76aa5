/** What a key has to be able to read. */
export interface KeyNeed {
  readonly pipeline: string;
  /** Any one of these scopes will do. */
  readonly anyOf: readonly string[];
  /** The object that is tried where HubSpot does not tell the key's scopes. */
  readonly object?: string;
}

export function onlyOnce(needs: readonly KeyNeed[]): readonly KeyNeed[] {
  return [...new Map(needs.map((need) => [`${need.pipeline}: ${need.anyOf.join()}`, need])).values()];
}

/** What a key has to prove before it is used. */
export interface KeyDemands {
  /** The account that it has to belong to; absent: any. */
  readonly portalId?: string;
  readonly needs: readonly KeyNeed[];
}
