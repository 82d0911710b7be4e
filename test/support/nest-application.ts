import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule } from '../../src/nest/database-module.js';
import { dataSource } from './slow-data-source.js';

class Application {}
Module({ imports: [DatabaseModule.forRoot({ dataSource, onStart: 'migrate' })] })(Application);

// Started as any NestJS application is; it ends when it is up.
const application = await NestFactory.createApplicationContext(Application);
await application.close();
