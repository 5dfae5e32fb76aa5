import type { KeywayError } from '../errors.ts';
import type { Look } from './check-pipeline.ts';
import { mayWrite } from './may-write.ts';
import { judgeScopes, type ScopeNeed } from './scope-needs.ts';

/** What the key as a whole is to have and has. `null`: HubSpot does not say which scopes the key has. */
export interface ScopeCheck {
  readonly granted: readonly string[] | null;
  /** The fewest that all of the pipelines need: what to tick, and nothing else. */
  readonly needed: readonly string[];
  readonly missing: readonly string[];
  readonly unused: readonly string[] | null;
  readonly writing: readonly string[] | null;
}

/** What one pipeline needs; what is in neither `granted` nor `missing` cannot be told. */
export interface PipelineScopes {
  readonly needed: readonly string[];
  readonly granted: readonly string[];
  readonly missing: readonly string[];
  /** Those of the missing ones that open sensitive values which the settings ask for. */
  readonly withheld: readonly string[];
}

export interface Findings {
  readonly looks: readonly Look[];
  readonly needs: readonly ScopeNeed[];
  readonly granted: readonly string[] | undefined;
}

/**
 * What the key's own list of scopes says and what reading has shown, put together. Where they differ, reading is right: HubSpot
 * may have opened something to other scopes than it documents.
 */
export function checkScopes(findings: Findings): {
  readonly scopes: ScopeCheck;
  readonly of: (pipeline: string) => PipelineScopes;
} {
  const seen = findings.looks.flatMap((look) => seenNeeds(look, findings));
  const granted =
    findings.granted ?? seen.flatMap(({ need, state }) => (state === 'granted' ? need.anyOf : []));
  const { toTick, unused, writing } = judgeScopes(
    seen.map(({ need }) => need),
    granted,
  );
  const named = ({ need, state }: SeenNeed): string => {
    const there = state === 'granted' ? need.anyOf.filter((scope) => granted.includes(scope)) : need.anyOf;
    return there.find((scope) => toTick.includes(scope)) ?? there[0] ?? need.anyOf[0]!;
  };
  const list = (those: readonly SeenNeed[]): readonly string[] => [...new Set(those.map(named))];
  const missing = list(seen.filter(({ state }) => state === 'missing'));
  const isKnown = findings.granted !== undefined;
  return {
    scopes: {
      granted: findings.granted ?? null,
      needed: toTick,
      missing,
      unused: isKnown ? unused.filter((scope) => !mayBeUsed(scope, findings)) : null,
      writing: isKnown ? writing : null,
    },
    of(pipeline) {
      const own = seen.filter(({ need }) => need.pipeline === pipeline);
      const lacking = own.filter(({ state }) => state === 'missing');
      return {
        needed: list(own),
        granted: list(own.filter(({ state }) => state === 'granted')),
        missing: list(lacking),
        withheld: list(lacking.filter(({ need }) => need.sensitivity !== undefined)),
      };
    },
  };
}

/** What lets the key read an object that only the settings know, and that can be read, nobody has said. */
function mayBeUsed(scope: string, { looks }: Findings): boolean {
  const isOpen = looks.some(
    ({ pipeline, refusal }) =>
      pipeline.kind === 'object' && pipeline.scopes.length === 0 && refusal === undefined,
  );
  return isOpen && /^crm\.objects\..*\.read/.test(scope);
}

interface SeenNeed {
  readonly need: ScopeNeed;
  readonly state: 'granted' | 'missing' | 'unknown';
}

function seenNeeds(look: Look, { looks, needs, granted }: Findings): readonly SeenNeed[] {
  const [main = unknownNeed(look), ...further] = needs.filter(
    ({ pipeline }) => pipeline === look.pipeline.name,
  );
  if (main.anyOf.length === 0 || (look.refusal !== undefined && !isScope(look.refusal))) return [];
  const first: SeenNeed =
    look.refusal === undefined
      ? { need: main, state: 'granted' }
      : { need: { ...main, anyOf: asHubspotNames(main.anyOf, look.refusal) }, state: 'missing' };
  // Reading an object that one scope alone opens has proved that the key has it.
  const proven = looks
    .filter(({ refusal }) => refusal === undefined)
    .flatMap(({ pipeline }) => ('scopes' in pipeline && pipeline.scopes.length === 1 ? pipeline.scopes : []));
  return [first, ...further.flatMap((need) => stateOf(need, look, granted, proven))];
}

/** Of scopes that HubSpot does not ask for when an object is read, but without which it keeps something back. */
function stateOf(
  need: ScopeNeed,
  { treated }: Look,
  granted: readonly string[] | undefined,
  proven: readonly string[],
): readonly SeenNeed[] {
  const isThere = treated?.properties.some(
    ({ dataSensitivity, treatment }) =>
      dataSensitivity === need.sensitivity && (treatment.kind !== 'leave' || treatment.why === 'withheld'),
  );
  if (need.sensitivity !== undefined && isThere !== true) return [];
  const held = need.anyOf.some((scope) => (granted ?? proven).includes(scope));
  if (held) return [{ need, state: 'granted' }];
  const isLacking = granted !== undefined || need.anyOf.some((scope) => treated?.withheld.includes(scope));
  return [{ need, state: isLacking ? 'missing' : 'unknown' }];
}

/** Of an object that only the settings know, HubSpot alone can say what it needs. */
function unknownNeed({ pipeline: { name }, refusal }: Look): ScopeNeed {
  return { pipeline: name, named: false, anyOf: refusal === undefined ? [] : asHubspotNames([], refusal) };
}

/** HubSpot says of which scopes it wants one. Where it names none of those that are documented, it knows better. */
function asHubspotNames(anyOf: readonly string[], { details }: KeywayError): readonly string[] {
  const named = (details['scopes'] ?? []) as readonly string[];
  const both = anyOf.filter((scope) => named.includes(scope));
  return both.length > 0 || named.length === 0 ? anyOf : named;
}

function isScope({ code }: KeywayError): boolean {
  return code === 'scope_missing';
}

/** What is to be said of scopes that have to be ticked though they let the key write. */
export function scopeDoubts({ needed }: Pick<ScopeCheck, 'needed'>): readonly string[] {
  return needed
    .filter(mayWrite)
    .map((scope) =>
      scope === 'tickets'
        ? 'the scope tickets also lets a key change tickets; where HubSpot offers crm.objects.tickets.read, tick that one instead'
        : `the scope ${scope} also lets a key write; HubSpot documents none that only reads this`,
    );
}
