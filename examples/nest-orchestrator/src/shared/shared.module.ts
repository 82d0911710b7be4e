import { Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { Transactions } from './transactions.js';

@Module({ providers: [Idempotency, Transactions], exports: [Idempotency, Transactions] })
export class SharedModule {}
