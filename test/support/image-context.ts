import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmHere, pack, run, versionHere } from './packed.js';
import { root } from './run-script.js';

/** What the example imports when it runs. */
const RUNS = [
  ...['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', '@nestjs/swagger', '@nestjs/terminus'],
  ...['@nestjs/typeorm', 'class-transformer', 'class-validator', 'pg', 'reflect-metadata', 'rxjs', 'typeorm'],
];

/** What only compiles it, and records its revisions for both databases. */
export const COMPILES = ['@types/express', '@types/node', 'sqlite3', 'typescript'];

const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'ES2022', module: 'NodeNext', strict: true, types: ['node'], skipLibCheck: true },
    ...{ experimentalDecorators: true, emitDecoratorMetadata: true, useDefineForClassFields: false },
    ...{ rootDir: 'src', outDir: 'dist' },
  },
  include: ['src'],
  exclude: ['src/**/*.test.ts'],
};

/** The example as a project with a Dockerfile: package.json, package-lock.json, tsconfig.json and src. */
export function imageContext(folder: string): { readonly context: string; readonly env: NodeJS.ProcessEnv } {
  const context = join(folder, 'context');
  mkdirSync(context);
  const env = { ...process.env, ...npmHere() };
  const manifest = {
    ...{ name: 'orders', version: '1.8.0', private: true, type: 'module', scripts: { build: 'tsc -p .' } },
    dependencies: { ...versionsOf(RUNS), 'orchestrator-db': `file:${pack(folder)}` },
    devDependencies: versionsOf(COMPILES),
  };
  writeFileSync(join(context, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(context, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  cpSync(join(root, 'examples/nest-orchestrator/src'), join(context, 'src'), { recursive: true });
  run('npm', ['install', '--package-lock-only', '--loglevel=error'], { cwd: context, env });
  return { context, env };
}

function versionsOf(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, versionHere(name)]));
}
