import 'reflect-metadata';
import fc from 'fast-check';

// TypeORM reads the catalogs with several queries at once on one client, of which node-postgres warns.
process.noDeprecation = true;

// The same generated cases on every run, so that no change fails for what another one left; other seeds find
// more.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20_261_123) });
