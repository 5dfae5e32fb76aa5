import type { AppParts } from './app.ts';
import { openWarehouse } from './open-warehouse.ts';

/** Creates or updates Keyway's own tables; says where. */
export async function migrate(parts: AppParts): Promise<string> {
  const warehouse = await openWarehouse(parts);
  try {
    await warehouse.migrate();
    return warehouse.label;
  } finally {
    await warehouse.close();
  }
}
