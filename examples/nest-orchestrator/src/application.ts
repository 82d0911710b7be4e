import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemFilter } from './shared/problem.filter.js';

/** What the application does with every request; tests set theirs up with it as well. */
export function setUp(application: INestApplication): void {
  application.useGlobalPipes(
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
  application.useGlobalFilters(new ProblemFilter());
  application.enableShutdownHooks();
}

/** The OpenAPI page at `/docs`, its document at `/docs-json`. */
export function describe(application: INestApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Orchestrator')
    .setDescription(
      'Workers, jobs, and the resources that jobs hold. Errors are problem documents (RFC 9457).',
    )
    .setVersion('1.0')
    .build();
  SwaggerModule.setup('docs', application, () => SwaggerModule.createDocument(application, description));
}
