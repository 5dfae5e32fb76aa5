/** Lets one through at a time, in order. */
export class Gate {
  #last: Promise<unknown> = Promise.resolve();

  pass<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
