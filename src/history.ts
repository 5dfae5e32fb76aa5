/** What was a property's value from an instant on. */
export interface HistoryEntry {
  /** HubSpot's text; empty where the property was cleared. */
  readonly value: string;
  /** Milliseconds since the epoch, HubSpot's clock. */
  readonly at: number;
  readonly sourceType: string | null;
  readonly sourceId: string | null;
  readonly sourceLabel: string | null;
  readonly userId: string | null;
}

export interface PropertyHistory {
  readonly property: string;
  /** What the property is now; `null` for empty and absent ones. */
  readonly value: string | null;
  /** In HubSpot's order, of which nothing is certain; the oldest ones may be missing. */
  readonly entries: readonly HistoryEntry[];
}

export interface RecordHistory {
  readonly id: string;
  /** One per property asked for, in that order. */
  readonly properties: readonly PropertyHistory[];
}

/** Some records, all among the living or all in the recycle bin, and the properties whose history is wanted. */
export interface HistoryQuestion {
  readonly properties: readonly string[];
  /** With the version that is known of each: no answer is taken from before. */
  readonly records: readonly { readonly id: string; readonly updatedAt?: number }[];
  readonly archived: boolean;
}

/** Each record that was asked for is in one of the three. */
export interface HistoryAnswer {
  readonly records: readonly RecordHistory[];
  /** Not where they were asked for, or merged into others. */
  readonly missing: readonly string[];
  /** HubSpot has them and could not give them; `reason` is for people. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}
