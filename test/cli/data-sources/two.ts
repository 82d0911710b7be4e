import { DataSource } from 'typeorm';

export const first = new DataSource({ type: 'postgres' });
export const second = new DataSource({ type: 'postgres' });
