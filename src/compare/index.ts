export { ofBoth, type Both, type Pair } from './both.ts';
export { compareScopes, type ScopeComparison } from './compare-scopes.ts';
