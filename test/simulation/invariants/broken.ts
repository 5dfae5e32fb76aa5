/** Takes note of a promise that was broken. */
export type Broken = (sentence: string) => void;
