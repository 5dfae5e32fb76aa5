import { hash } from '../random.ts';

/** The ids of one object: a pure, rising function of the record's number, so that none has to be remembered. */
export interface IdSpace {
  idOf(n: number): string;
  /** The number behind an id, whether or not such a record exists. */
  find(id: string): number | undefined;
  /** The lowest number whose id is not below the given one. */
  atLeast(id: bigint): number;
}

export function idSpace(firstId: bigint, step: number, seed: number): IdSpace {
  const small = firstId < 2n ** 52n;
  const first = Number(firstId);
  const offset = (n: number): number => n * step + (hash(seed, n, 3) % step);
  const idOf = (n: number): string =>
    small ? String(first + offset(n)) : String(firstId + BigInt(offset(n)));
  const guess = (id: bigint): number => Number((id - firstId) / BigInt(step));
  return {
    idOf,
    find(id) {
      if (!/^\d{1,19}$/.test(id)) return undefined;
      const n = guess(BigInt(id));
      return n >= 0 && idOf(n) === id ? n : undefined;
    },
    atLeast(id) {
      if (id <= firstId) return 0;
      const n = guess(id);
      return BigInt(idOf(n)) >= id ? n : n + 1;
    },
  };
}
