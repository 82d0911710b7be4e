import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createDataSource, LineLogger, parseSettings } from 'orchestrator-db';
import { DatabaseHealthIndicator, DatabaseModule } from 'orchestrator-db/nest';
import { Booking } from './bookings/booking.entity';
import { Guest } from './bookings/guest.entity';
import { Guests1658000000001 } from './migrations/1658000000001-Guests';
import { Bookings1658000000002 } from './migrations/1658000000002-Bookings';

const dataSource = createDataSource(parseSettings({ DATABASE_URL: process.env.SHOP_DATABASE }), {
  entities: [Guest, Booking],
  migrations: [Guests1658000000001, Bookings1658000000002],
  logger: new LineLogger('error', () => undefined),
  migrating: { allow: { missing: true } },
});

@Module({ imports: [DatabaseModule.forRoot({ dataSource, onStart: 'migrate' })] })
class ReadyModule {}

async function bootstrap(): Promise<void> {
  const application = await NestFactory.createApplicationContext(ReadyModule, { logger: ['error'] });
  const { database } = await application.get(DatabaseHealthIndicator).live('database');
  console.log(`database: ${database.status}`);
  await application.close();
}

void bootstrap();
