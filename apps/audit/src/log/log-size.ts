import type { EntityManager } from 'typeorm';

/** How many leaves have been appended, signed for or not. */
export async function sizeOf(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ size: string }[]>(
    'select coalesce(max(index) + 1, 0) as size from leaves',
  );
  return Number(row!.size);
}
