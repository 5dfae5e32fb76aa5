import { readFileSync, statSync } from 'node:fs';
import { inspect } from 'node:util';

/** A value that no log, error, JSON document or debugger output shows: only `reveal()` gives it. */
export class Secret {
  #value: string;
  readonly #former: string[] = [];
  readonly #file: string | undefined;
  readonly #clean: (text: string) => string;

  /** `clean` takes from what the file holds what does not belong to the value. */
  constructor(value: string, file?: string, clean: (text: string) => string = trimmed) {
    this.#value = value;
    this.#file = file;
    this.#clean = clean;
  }

  reveal(): string {
    return this.#value;
  }

  /** What the file held before: as secret as what it holds now. */
  former(): readonly string[] {
    return this.#former;
  }

  /** The mounted file that holds it, for whoever watches the file. */
  get file(): string | undefined {
    return this.#file;
  }

  /**
   * Reads the file again; true when it holds another value. One that is empty or gone holds none, which an emptied slot
   * has to be able to say; one that cannot be read leaves the value as it is.
   */
  refresh(): boolean {
    const text = this.#file === undefined ? undefined : readAgain(this.#file);
    if (text === undefined) return false;
    const read = this.#clean(text);
    if (read === this.#value) return false;
    if (this.#value !== '') this.#former.push(this.#value);
    this.#value = read;
    return true;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

const shown = '[secret]';

const trimmed = (text: string): string => text.trim();

/** Nothing of what cannot be read. A pipe would wait for whoever writes into it, and gives what it holds but once. */
function readAgain(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return '';
    return found.isFile() && found.size <= largest ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes: far more than any key has. */
const largest = 65_536;
