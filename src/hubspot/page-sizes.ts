/** How much HubSpot gives at once. Simulations are given less, so that small accounts have many pages. */
export interface PageSizes {
  /** Records of a list. */
  readonly list: number;
  /** Records of a batch read; with history, half as many. */
  readonly batch: number;
  /** Hits of a search. */
  readonly search: number;
  /** Hits of one query, however it is paged. */
  readonly query: number;
  /** Ids by which neighbouring pages of a search overlap: as far as two hits may change places. */
  readonly overlap: number;
}

/** HubSpot docs, Using object APIs; Search the CRM. */
export const documentedSizes: PageSizes = { list: 100, batch: 100, search: 200, query: 10_000, overlap: 10 };
