export const dataSource = { options: { type: 'postgres' } };
