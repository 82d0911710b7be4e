import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Booking, BookingState } from './booking.entity';
import { Guest } from './guest.entity';

@Injectable()
export class BookingsService {
  constructor(
    @InjectRepository(Booking) private readonly bookings: Repository<Booking>,
    @InjectRepository(Guest) private readonly guests: Repository<Guest>,
  ) {}

  async book(email: string, nights: number): Promise<void> {
    const guest = await this.guests.save({ email });
    await this.bookings.save({ guest, nights, state: BookingState.HELD });
  }

  count(): Promise<number> {
    return this.bookings.count();
  }
}
