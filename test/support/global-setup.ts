import 'reflect-metadata';
import { startServers, stopServers } from './servers.js';

// TypeORM reads the catalogs with several queries at once on one client, of which node-postgres warns.
process.noDeprecation = true;

export const mochaGlobalSetup = startServers;
export const mochaGlobalTeardown = stopServers;
