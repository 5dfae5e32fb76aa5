/** How many calls a run may take for sweeping links, shared by its pairs. */
export interface LinkBudget {
  /** Takes a share: what is `due`, or what the run can spare anyway, of the `wanted` calls that a whole sweep takes. */
  take(due: number, wanted: number): number;
}

export function openLinkBudget(most: number): LinkBudget {
  let left = most;
  let spare = Math.min(spareCalls, most);
  return {
    take(due, wanted) {
      const taken = Math.min(wanted, left, Math.max(due, spare));
      left -= taken;
      spare = Math.max(0, spare - taken);
      return taken;
    },
  };
}

/** So that all links of a small account are read in each run. */
const spareCalls = 10;
