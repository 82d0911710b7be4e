import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { BookingsService } from './bookings/bookings.service';

async function bootstrap(): Promise<void> {
  const application = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  await application.get(BookingsService).book('ada@example.test', 2);
  console.log(`bookings: ${await application.get(BookingsService).count()}`);
  await application.close();
}

void bootstrap();
