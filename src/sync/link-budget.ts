/** How many calls a run may take for sweeping links, shared by its pairs. */
export interface LinkBudget {
  /**
   * Takes a share of the `wanted` calls that a whole sweep takes: what is `due`, or all of it where the run can spare that
   * anyway.
   */
  take(due: number, wanted: number): number;
}

export function openLinkBudget(most: number): LinkBudget {
  let left = most;
  let spare = Math.min(spareCalls, most);
  return {
    take(due, wanted) {
      const taken = Math.min(wanted, left, spare >= wanted ? wanted : due);
      left -= taken;
      spare = Math.max(0, spare - taken);
      return taken;
    },
  };
}

/** So that all links of a small account are read in each run. */
const spareCalls = 10;
