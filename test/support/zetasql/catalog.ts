import { ZetaSQLClient } from '@fivetrandevelopers/zetasql';
import type { Language } from './language.ts';
import { type TypeProto, typeOf } from './types.ts';

export interface CatalogColumn {
  readonly name: string;
  readonly type: TypeProto;
}

/** The tables that statements may name, as the server has been told of them. */
export class Catalog {
  readonly #language: Language;
  readonly #tables = new Map<string, readonly CatalogColumn[]>();
  #id: Promise<number> | undefined;

  constructor(language: Language, tables: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    this.#language = language;
    for (const [name, columns] of Object.entries(tables))
      this.#tables.set(
        name,
        Object.entries(columns).map(([name, type]) => ({ name, type: typeOf(type) })),
      );
  }

  get names(): readonly string[] {
    return [...this.#tables.keys()];
  }

  async add(table: string, columns: readonly CatalogColumn[]): Promise<void> {
    await this.close();
    this.#tables.set(table, columns);
  }

  /** Under which the server knows it. */
  id(): Promise<number> {
    this.#id ??= this.#register();
    return this.#id;
  }

  async close(): Promise<void> {
    if (this.#id === undefined) return;
    await ZetaSQLClient.getInstance().unRegisterCatalog({ registeredId: await this.#id });
    this.#id = undefined;
  }

  async #register(): Promise<number> {
    const simpleCatalog = {
      name: 'bigquery',
      builtinFunctionOptions: { languageOptions: this.#language },
      table: [...this.#tables].map(([name, column]) => ({ name, column: [...column] })),
    };
    const answer = await ZetaSQLClient.getInstance().registerCatalog({ simpleCatalog } as object);
    return Number(answer?.registeredId);
  }
}
