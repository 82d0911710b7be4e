/** The public API for tests of NestJS applications: `orchestrator-db/nest/testing`. */
export { TestDatabaseModule, type TestDatabaseOptions } from './test-database-module.js';
