import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECTS, titleOf, type Project } from '../adoption/projects.js';
import { root } from '../support/root.js';

const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};

/** What a peer range may name without a project of its own, and what tests it. */
const TESTED_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  // By `npm run test:nest`, on NestJS 11; version 12 of NestJS needs another Node.
  '@nestjs/common': ['^12.0.0'],
  '@nestjs/core': ['^12.0.0'],
  '@nestjs/typeorm': ['^12.0.0'],
};

describe('The peer ranges of the package', () => {
  for (const project of PROJECTS)
    it(`The peer ranges admit what the project has: ${titleOf(project)}`, () => {
      for (const [name, version] of packagesOf(project))
        expect(matching(name, version), `${name}@${version}`).to.have.lengthOf(1);
    });

  for (const name of ['typeorm', 'sqlite3', 'better-sqlite3', '@nestjs/common', '@nestjs/typeorm'])
    it(`The peer range of ${name} has no part that is not tested`, () => {
      const versions = PROJECTS.flatMap(packagesOf).filter(([known]) => known === name);
      const tested = versions.flatMap(([, version]) => matching(name, version));
      expect([...new Set(tested)].concat(TESTED_ELSEWHERE[name] ?? [])).to.have.members(partsOf(name));
    });
});

function packagesOf({ typeorm, driver, nest }: Project): readonly (readonly [string, string])[] {
  const [driverName = '', driverVersion = ''] = driver.split('@');
  const ofNest =
    nest === undefined
      ? []
      : ([
          ['@nestjs/common', nest[0]],
          ['@nestjs/typeorm', nest[1]],
        ] as const);
  // This package has a driver of PostgreSQL of its own.
  const ofDriver = driverName === 'pg' ? [] : ([[driverName, driverVersion]] as const);
  return [['typeorm', typeorm], ...ofDriver, ...ofNest];
}

function partsOf(name: string): readonly string[] {
  return (peerDependencies[name] ?? '').split(' || ');
}

/** The parts of the range that admit a version. */
function matching(name: string, version: string): readonly string[] {
  return partsOf(name).filter((part) => admits(part.slice(1), version));
}

/** As npm reads a caret: the first number that is not zero stays. */
function admits(lowest: string, version: string): boolean {
  const [low, found] = [numbers(lowest), numbers(version)];
  const fixed = low.findIndex((number) => number !== 0);
  const same = low.slice(0, fixed + 1).every((number, at) => number === found[at]);
  const differing = low.findIndex((number, at) => number !== found[at]);
  return same && (differing === -1 || (found[differing] ?? 0) > (low[differing] ?? 0));
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}
