export { dataSource } from './data-source';
export { Invoice } from './lib/invoice.entity';
export { Customer } from './lib/customer.entity';
