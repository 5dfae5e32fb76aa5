/**
 * A 32-bit hash of three integers: the only source of chance in the sandbox, so that the same seed gives the same
 * account for ever and record number 900,000 can be had without making the ones before it.
 */
export function hash(a: number, b: number, c = 0): number {
  return mix(mix(mix(a ^ 0x9e3779b9) ^ b) ^ c) >>> 0;
}

/** The hash of a text, for salts taken from names. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h) >>> 0;
}

/** A stream of numbers in [0, 1) for things that happen in sequence, such as mutations. */
export function randomFrom(seed: number): () => number {
  let step = 0;
  return () => hash(seed, (step += 1)) / 2 ** 32;
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
