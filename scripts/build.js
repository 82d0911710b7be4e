// Compiles to dist/, from nothing, so that a removed source leaves no stale output: types and modules by TypeScript,
// then the modules of each entry bundled, since opening a hundred files is a tenth of a command's time. What entries
// share goes to chunks of its own, so that a class is one class for the command line and for who imports the package.
// Arguments: another folder, another project of TypeScript, and what that has of further entries.
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const [outdir = 'dist', project = 'tsconfig.build.json', ...further] = process.argv.slice(2);
const ENTRIES = [
  'ormconfig.js',
  'scripts/init-database.js',
  'scripts/orchestrator-db.js',
  'scripts/typeorm.js',
  'src/entities/index.js',
  'src/index.js',
  'src/migrations/index.js',
  'src/nest/index.js',
  'src/nest/testing/index.js',
  'src/subscribers/index.js',
  ...further,
];
/** Files that are looked up by name: the command line compares them with the list that it was given. */
const MIGRATIONS = /^src\/migrations\//;

/**
 * TypeORM is CommonJS: `import` has Node read its 350 files once more, for the names that they export; `require` does
 * not, and gives the same module. Further entries import it as they say. https://nodejs.org/docs/latest/api/esm.html#commonjs-namespaces
 */
const requiredTypeorm = {
  name: 'required-typeorm',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^typeorm$/ }, ({ path, importer }) =>
      further.some((entry) => importer.endsWith(entry))
        ? { path, external: true }
        : { path, namespace: 'required', sideEffects: false },
    );
    onLoad({ filter: /^typeorm$/, namespace: 'required' }, () => ({
      contents: `import { createRequire } from 'node:module';
        export const { ${Object.keys(require('typeorm')).join(', ')} } = createRequire(import.meta.url)('typeorm');`,
    }));
  },
};

function compile() {
  const args = [require.resolve('typescript/bin/tsc'), '-p', project, '--outDir', outdir];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Names stay: TypeORM reads those of classes. */
function bundle() {
  return build({
    entryPoints: ENTRIES.map((path) => join(outdir, path)),
    outdir,
    outbase: outdir,
    allowOverwrite: true,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: [requiredTypeorm],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}

async function modulesOf(folder) {
  const paths = await readdir(folder, { recursive: true });
  return paths.map((path) => path.replaceAll('\\', '/')).filter((path) => /\.js(\.map)?$/.test(path));
}

function isKept(path) {
  return MIGRATIONS.test(path) || ENTRIES.includes(path.replace(/\.map$/, ''));
}

rmSync(outdir, { recursive: true, force: true });
compile();
const modules = await modulesOf(outdir);
await bundle();
for (const path of modules) if (!isKept(path)) rmSync(join(outdir, path));
