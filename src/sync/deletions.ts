/**
 * Records that a step has found to be deleted for good. Their rows are cleared when the step is through and it is known
 * how many they are: a mistake of HubSpot's, or the key's, is not believed by instalments. Where a later run goes on with the
 * step, its checkpoint has kept them.
 */
export interface Deletions {
  add(ids: readonly string[]): void;
  /** These live all the same, since they have come back meanwhile; or were merged. */
  spare(records: readonly { readonly id: string }[]): void;
  /** Takes note that the whole recycle bin has been read: what was merged into something in there is spared. */
  noteBin(): void;
  /** Whether some were found, and the recycle bin was not read. */
  readonly lackBin: boolean;
  /** Those found since the last time they were taken, unless they are more than `most`. */
  found(most: number): readonly string[] | undefined;
  /** All of them; from now on they are forgotten. */
  take(): readonly string[];
}

export function openDeletions(): Deletions {
  const found = new Set<string>();
  let binIsRead = false;
  return {
    add(ids) {
      for (const id of ids) found.add(id);
    },
    spare(records) {
      if (found.size > 0) for (const { id } of records) found.delete(id);
    },
    noteBin() {
      binIsRead = true;
    },
    get lackBin() {
      return found.size > 0 && !binIsRead;
    },
    found: (most) => (found.size > most ? undefined : [...found]),
    take() {
      const taken = [...found];
      found.clear();
      return taken;
    },
  };
}
