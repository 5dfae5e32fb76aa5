import { readFileSync } from 'node:fs';
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
   * Reads the file again; true when it held another value. A file that is empty or away for a moment, as while a mounted
   * secret is swapped, leaves the value as it is.
   */
  refresh(): boolean {
    const read = this.#file === undefined ? '' : this.#clean(readAgain(this.#file));
    if (read === '' || read === this.#value) return false;
    this.#former.push(this.#value);
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

function readAgain(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
