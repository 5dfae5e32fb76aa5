import { ZetaSQLClient } from '@fivetrandevelopers/zetasql';
import { AnalysisError } from './analysis-error.ts';
import { type Language, language } from './language.ts';

interface Evaluation {
  readonly value?: { readonly stringValue?: string };
}

interface Api {
  evaluate(
    request: { readonly sql: string; readonly options: object },
    done: (error: { readonly details: string } | null, answer: Evaluation) => void,
  ): void;
}

let known: Promise<Language> | undefined;

/** What Google's own implementation makes of an expression of type STRING; null for NULL. Its time zone is not UTC. */
export async function evaluate(sql: string): Promise<string | null> {
  const languageOptions = await (known ??= language());
  const api = ZetaSQLClient.API as unknown as Api;
  return new Promise((resolve, reject) => {
    api.evaluate({ sql, options: { languageOptions } }, (error, answer) => {
      if (error === null) resolve(answer.value?.stringValue ?? null);
      else reject(new AnalysisError(error.details, sql));
    });
  });
}
