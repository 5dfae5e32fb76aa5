/** Many jobs, or one change of a table's shape: DuckDB takes no change of what an open transaction has seen. */
export class ShapeGate {
  #running = 0;
  #changing = false;
  readonly #waiting: { readonly alone: boolean; readonly go: () => void }[] = [];

  /** Waits in turn; the returned function leaves. */
  async enter(alone: boolean): Promise<() => void> {
    await new Promise<void>((go) => {
      this.#waiting.push({ alone, go });
      this.#admit();
    });
    return () => {
      if (alone) this.#changing = false;
      else this.#running -= 1;
      this.#admit();
    };
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter(true);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#changing || (next.alone && this.#running > 0)) return;
      this.#waiting.shift();
      if (next.alone) this.#changing = true;
      else this.#running += 1;
      next.go();
    }
  }
}
