import 'reflect-metadata';
import { DataSource, DataSourceOptions } from 'typeorm';
import { Booking } from './bookings/booking.entity';
import { Guest } from './bookings/guest.entity';

export const options: DataSourceOptions = {
  type: 'postgres',
  url: process.env.SHOP_DATABASE,
  entities: [Guest, Booking],
  migrations: [__dirname + '/migrations/*.js'],
};

export const dataSource = new DataSource(options);
