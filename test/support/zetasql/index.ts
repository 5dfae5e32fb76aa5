import { afterAll, beforeAll, describe } from 'vitest';
import { ZetaSQLClient } from '@fivetrandevelopers/zetasql';
import { AnalysisError } from './analysis-error.ts';
import { Catalog } from './catalog.ts';
import { type Language, language } from './language.ts';
import { documentedRules, transactionRules } from './rules.ts';
import { startServer, type Server, whyNotHere } from './server.ts';
import { createdTable, innermost, type Node } from './tree.ts';
import { typeOf } from './types.ts';

/** What a script may refer to; types as SQL spells them, such as "ARRAY<STRING>". */
export interface Given {
  /** Columns by name, of tables by the name that stands between the backticks: project.dataset.table. */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Analyser {
  /**
   * Has Google's analyser read each statement of a script: syntax, names, types; then applies the documented rules that
   * it does not know. Gives the kinds of the statements, such as MergeStmt.
   * @throws AnalysisError with Google's message and the text that stands at its position.
   */
  readonly analyse: (script: string, given?: Given) => Promise<readonly string[]>;
}

/** Tests that need Google's analyser. Where its binary does not run they are skipped, which their name and a line tell. */
export function describeAnalysed(name: string, body: (analyser: Analyser) => void): void {
  const reason = whyNotHere();
  if (reason !== undefined) {
    process.stderr.write(`NOT RUN on this platform: ${name}: ${reason}\n`);
    describe.skip(`${name} (not run on this platform: ${reason})`, () => body({ analyse }));
    return;
  }
  describe(name, () => {
    const analyser = useAnalyser(name);
    if (analyser !== undefined) body(analyser);
  });
}

/** For the tests of the block or file that calls it; nothing where its binary does not run, which a line tells. */
export function useAnalyser(purpose: string): Analyser | undefined {
  const reason = whyNotHere();
  if (reason !== undefined) {
    process.stderr.write(`NOT RUN on this platform: ${purpose}: ${reason}\n`);
    return undefined;
  }
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());
  return { analyse };
}

async function analyse(script: string, given: Given = {}): Promise<readonly string[]> {
  const known = await language();
  const catalog = new Catalog(known, given.tables ?? {});
  const bytes = Buffer.from(script);
  const kinds: string[] = [];
  let from = 0;
  try {
    do {
      const { statement, until } = await next({ script, from, catalog, language: known, given });
      const text = bytes.subarray(from, until).toString();
      refuse(documentedRules(text, statement, catalog.names), text);
      const made = createdTable(statement);
      // Later statements know it, as in BigQuery.
      if (made !== undefined) await catalog.add(made.name, made.columns);
      kinds.push(innermost(statement).name);
      from = until;
    } while (bytes.subarray(from).toString().trim() !== '');
  } finally {
    await catalog.close();
  }
  refuse(transactionRules(kinds), script);
  return kinds;
}

function refuse(complaints: Iterable<string>, text: string): void {
  for (const complaint of complaints) throw new AnalysisError(complaint, text);
}

interface Place {
  readonly script: string;
  /** In bytes. */
  readonly from: number;
  readonly catalog: Catalog;
  readonly language: Language;
  readonly given: Given;
}

async function next(place: Place): Promise<{ readonly statement: Node; readonly until: number }> {
  const { script, from, catalog, language: languageOptions, given } = place;
  const named = Object.entries(given.parameters ?? {});
  const request = {
    registeredCatalogId: await catalog.id(),
    options: {
      languageOptions,
      queryParameters: named.map(([name, type]) => ({ name, type: typeOf(type) })),
      systemVariables: [{ namePath: ['row_count'], type: typeOf('INT64') }],
      allowedHintsAndOptions: {
        disallowUnknownOptions: true,
        option: [{ name: 'description', type: typeOf('STRING') }],
      },
      errorMessageMode: 'ERROR_MESSAGE_ONE_LINE',
      pruneUnusedColumns: true,
    },
    parseResumeLocation: { input: script, bytePosition: from, allowResume: true },
  };
  try {
    const answer: unknown = await ZetaSQLClient.getInstance().analyze(request as object);
    const resolved = answer as { resolvedStatement: Node; resumeBytePosition: number };
    return { statement: resolved.resolvedStatement, until: resolved.resumeBytePosition };
  } catch (error) {
    const { details } = error as { details?: string };
    throw details === undefined ? error : new AnalysisError(details, script);
  }
}
