import { bendingProxy } from './bending-proxy.ts';

/** Stands between a client and the sandbox and gives the same answers with other white space. */
export function spacingProxy(target: () => string): Promise<string> {
  return bendingProxy(target, ({ body }) => ({ body: { ...(body as object) } }), ' ');
}
