import type { Facts, LinkPair } from '../objects/index.ts';

/** All links of one pair of objects: the base links are computed, the reverse direction and changes are held. */
export class LinkStore {
  readonly pair: LinkPair;
  readonly #facts: Facts;
  readonly #fromCount: number;
  readonly #changes = {
    forward: new Map<number, Map<number, number>>(),
    reverse: new Map<number, Map<number, number>>(),
  };
  #reverse: { readonly starts: Uint32Array; readonly sources: Uint32Array } | undefined;

  constructor(pair: LinkPair, facts: Facts) {
    this.pair = pair;
    this.#facts = facts;
    this.#fromCount = facts.count(pair.from);
  }

  /** The linked numbers in rising order, each with the bits of the link's types. */
  of(n: number, direction: 'forward' | 'reverse'): [number, number][] {
    const links = new Map<number, number>(
      direction === 'forward' ? this.#baseForward(n) : this.#baseReverse(n),
    );
    for (const [other, bits] of this.#changes[direction].get(n) ?? [])
      if (bits === 0) links.delete(other);
      else links.set(other, bits);
    return [...links].sort(([a], [b]) => a - b);
  }

  bits(from: number, to: number): number {
    return this.of(from, 'forward').find(([other]) => other === to)?.[1] ?? 0;
  }

  /** Replaces the types of one link; 0 removes it. */
  set(from: number, to: number, bits: number): void {
    put(this.#changes.forward, from, to, bits);
    put(this.#changes.reverse, to, from, bits);
  }

  #baseForward(n: number): readonly (readonly [number, number])[] {
    return n < this.#fromCount ? this.pair.draw(this.#facts, n) : [];
  }

  #baseReverse(n: number): (readonly [number, number])[] {
    const { starts, sources } = (this.#reverse ??= this.#invert());
    const found: (readonly [number, number])[] = [];
    for (let i = starts[n] ?? 0; i < (starts[n + 1] ?? 0); i += 1) {
      const source = sources[i] ?? 0;
      const bits = this.#baseForward(source).find(([target]) => target === n)?.[1] ?? 0;
      found.push([source, bits]);
    }
    return found;
  }

  /** Sorts the links by target: two passes, eight bytes for each link. */
  #invert(): { starts: Uint32Array; sources: Uint32Array } {
    const starts = new Uint32Array(this.#facts.count(this.pair.to) + 2);
    for (let n = 0; n < this.#fromCount; n += 1)
      for (const [target] of this.#baseForward(n)) starts[target + 1] = (starts[target + 1] ?? 0) + 1;
    for (let i = 1; i < starts.length; i += 1) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const sources = new Uint32Array(starts.at(-1) ?? 0);
    const next = starts.slice();
    for (let n = 0; n < this.#fromCount; n += 1)
      for (const [target] of this.#baseForward(n)) {
        const slot = next[target] ?? 0;
        sources[slot] = n;
        next[target] = slot + 1;
      }
    return { starts, sources };
  }
}

function put(changes: Map<number, Map<number, number>>, a: number, b: number, bits: number): void {
  const links = changes.get(a) ?? new Map<number, number>();
  links.set(b, bits);
  changes.set(a, links);
}
