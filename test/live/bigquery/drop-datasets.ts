import { datasetsOf, dropDataset, liveClient, livePlace } from './place.ts';

/** Whatever became of the tests, their datasets go. */
export async function teardown(): Promise<void> {
  const place = livePlace();
  const client = liveClient(place);
  for (const name of await datasetsOf(client, place.prefix)) await dropDataset(client, name);
}
