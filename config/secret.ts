import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

/** A value that no log, error, JSON document or debugger output shows: only `reveal()` gives it. */
export class Secret {
  #value: string;
  readonly #file: string | undefined;

  constructor(value: string, file?: string) {
    this.#value = value;
    this.#file = file;
  }

  reveal(): string {
    return this.#value;
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
    const read = this.#file === undefined ? '' : readAgain(this.#file);
    if (read === '' || read === this.#value) return false;
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

function readAgain(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
