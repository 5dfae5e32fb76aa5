import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** This port of 127.0.0.1 if nobody listens there, else any that is free. */
export async function portOrAnother(wanted: number): Promise<number> {
  return (await isFree(wanted)) ?? (await isFree(0)) ?? wanted;
}

async function isFree(port: number): Promise<number | undefined> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return undefined;
  }
  const { port: found } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return found;
}
