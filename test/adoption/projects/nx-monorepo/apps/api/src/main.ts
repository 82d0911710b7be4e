import { Customer, dataSource } from '@shop/db';

export async function countCustomers(): Promise<number> {
  await dataSource.initialize();
  return dataSource.getRepository(Customer).count();
}
