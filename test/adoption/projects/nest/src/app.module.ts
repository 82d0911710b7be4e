import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { guard } from 'orchestrator-db';
import { DataSource, DataSourceOptions } from 'typeorm';
import { Booking } from './bookings/booking.entity';
import { BookingsService } from './bookings/bookings.service';
import { Guest } from './bookings/guest.entity';
import { options } from './data-source';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({ ...options, migrationsRun: true }),
      dataSourceFactory: async (given) => guard(new DataSource(given as DataSourceOptions)).initialize(),
    }),
    TypeOrmModule.forFeature([Booking, Guest]),
  ],
  providers: [BookingsService],
})
export class AppModule {}
