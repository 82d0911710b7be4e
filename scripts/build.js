// Compiles to an empty dist/, so that a removed source leaves no stale output: types and modules by TypeScript, then
// modules and declarations bundled by entry. Opening a hundred modules takes a tenth of a command's time. Chunks
// contain the shared code of entries, so that the command line and a program that imports the package use the same
// classes. Arguments: another folder, another project of TypeScript, and further entries. With --unchecked the sources
// are bundled without types: for tests, which start the command line and check types elsewhere.
import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleTypes } from './bundle-types.js';

const require = createRequire(import.meta.url);
const words = process.argv.slice(2);
const unchecked = words.includes('--unchecked');
const [outdir = 'dist', project = 'tsconfig.build.json', ...further] = words.filter(
  (word) => word !== '--unchecked',
);
const ENTRIES = [
  'ormconfig.js',
  'scripts/init-database.js',
  'scripts/main.js',
  'scripts/typeorm.js',
  'src/databases/conformance/index.js',
  'src/entities/index.js',
  'src/generate/index.js',
  'src/index.js',
  'src/migrations/index.js',
  'src/nest/index.js',
  'src/nest/testing/index.js',
  'src/subscribers/index.js',
  ...further,
];
/** Files that stay separate: the command line compares their names with the list of revisions. */
const MIGRATIONS = /^src\/migrations\//;

/**
 * TypeORM is CommonJS: for `import`, Node reads its 350 files once more to find the exported names. `require` avoids
 * that and returns the same module. Where a file of it is required while Node links modules, `import` finds no names at
 * all. Further entries keep their own imports.
 * https://nodejs.org/docs/latest/api/esm.html#commonjs-namespaces
 */
const requiredTypeorm = {
  name: 'required-typeorm',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^typeorm(?:$|\/(?:connection|metadata|util)\/)/ }, ({ path, importer }) =>
      further.some((entry) => importer.endsWith(entry))
        ? { path, external: true }
        : { path, namespace: 'required', sideEffects: false },
    );
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `import { createRequire } from 'node:module';
        export const { ${Object.keys(require(path)).join(', ')} } = createRequire(import.meta.url)('${path}');`,
    }));
  },
};

/** The page of a report contains its style and its script: a bundle has no files beside it. */
const pageInside = {
  name: 'page-inside',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]report[\\/]page-files\.[jt]s$/ }, async () => {
      const text = async (name) => JSON.stringify(await readFile(join('src/report', name), 'utf8'));
      return {
        contents: `export const PAGE_STYLE = ${await text('page.css')};
          export const PAGE_SCRIPT = ${await text('page-script.js')};`,
      };
    });
  },
};

/** What the small bundles load later, of all that their modules may load: the rest needs TypeORM. */
const OF_MANIFEST = /^(?:node:|\.\/commands\/(?:history|migrate|status)\.js$)/;
const withoutTypeorm = {
  name: 'without-typeorm',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      kind !== 'dynamic-import' || OF_MANIFEST.test(path) ? undefined : { path, namespace: 'elsewhere' },
    );
    onLoad({ filter: /./, namespace: 'elsewhere' }, () => ({
      contents: `throw new Error('The build changed while this command started. Run the command again.');`,
    }));
  },
};

const DIALECTS = ['postgres', 'sqlite'];

/** @param folder of the sources or of what TypeScript made of them */
function smallCommander(folder) {
  return {
    name: 'small-commander',
    setup({ onResolve, resolve: find }) {
      const resolveDir = resolve(folder, 'scripts');
      onResolve({ filter: /^commander$/ }, ({ kind }) => find('./small-commander.js', { kind, resolveDir }));
    },
  };
}

/** A CommonJS file has a function `require` of its own: making another one for each module takes time. */
const ownRequire = {
  name: 'own-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'own-require' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'own-require' }, () => ({
      contents: `exports.createRequire = () => require;
        exports.register = (...words) => require('node:module').register(...words);`,
    }));
  },
};

/** Parts of a database that commands with a manifest do not use; a test checks that. */
const UNUSED =
  /^\.\/(?:catalog|expired-rows|fixtures|partitions\/partitioning|raw-catalog(?:\/raw-catalog)?|reads-rows|scratch|script)\.js$/;

/** Of its own database a small file has what runs revisions, and of the others what they are called. */
function onlyFor(dialect) {
  return {
    name: 'only-for',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/\w+\/database\.js$/ }, ({ path, resolveDir }) =>
        path === `./${dialect}/database.js`
          ? undefined
          : { path, namespace: 'other', pluginData: resolveDir },
      );
      onLoad({ filter: /./, namespace: 'other' }, ({ path, pluginData }) => {
        const [, name] = /^\.\/(\w+)/.exec(path);
        return {
          contents: `export { ${name}Facts as ${name} } from './${name}/facts.js';`,
          resolveDir: pluginData,
        };
      });
      onResolve({ filter: UNUSED }, ({ path, importer }) =>
        /[\\/]database\.[jt]s$/.test(importer) ? { path, namespace: 'unused' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

function compile() {
  const args = [require.resolve('typescript/bin/tsc'), '-p', project, '--outDir', outdir];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const COMMON = {
  outdir,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  keepNames: true,
  logLevel: 'warning',
};

/** Bundles with names kept: TypeORM reads the names of classes. */
function bundle(entryPoints, outbase) {
  return build({
    ...COMMON,
    entryPoints,
    outbase,
    allowOverwrite: true,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: [requiredTypeorm, pageInside],
    sourcemap: true,
    sourcesContent: false,
  });
}

const SMALL = {
  ...COMMON,
  // Giving functions their names takes a tenth of a short command.
  keepNames: false,
  allowOverwrite: true,
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  packages: 'external',
};

/** Where CommonJS has other words. */
const IN_COMMONJS = {
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'fileUrl' },
  banner: { js: "'use strict';const fileUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * The command line begins with one small file. For a command that a manifest is enough for it loads one other file, by
 * database: reading a file takes less time than finding sixty. Node loads CommonJS in less time than modules.
 */
async function bundleSmall(folder, ending) {
  const begin = join(folder, 'scripts', `orchestrator-db.${ending}`);
  const scripts = join(outdir, 'scripts');
  for (const dialect of DIALECTS)
    await build({
      ...SMALL,
      ...IN_COMMONJS,
      entryPoints: { [`quick-${dialect}`]: join(folder, 'scripts', `quick.${ending}`) },
      outExtension: { '.js': '.cjs' },
      outdir: scripts,
      plugins: [onlyFor(dialect), ownRequire, smallCommander(folder), withoutTypeorm],
    });
  await build({ ...SMALL, entryPoints: [begin], outdir: scripts, external: ['./main.js'] });
}

async function filesOf(folder) {
  const paths = await readdir(folder, { recursive: true });
  return paths.map((path) => path.replaceAll('\\', '/'));
}

function isKept(path) {
  return (
    path === 'scripts/orchestrator-db.js' ||
    MIGRATIONS.test(path) ||
    ENTRIES.includes(path.replace(/\.map$/, ''))
  );
}

/** Compiles with TypeScript, then replaces the modules and declarations by bundles. */
async function bundleCompiled() {
  compile();
  // The other bundles replace what these are made of.
  await bundleSmall(outdir, 'js');
  const modules = (await filesOf(outdir)).filter((path) => /\.js(\.map)?$/.test(path));
  await bundle(
    ENTRIES.map((path) => join(outdir, path)),
    outdir,
  );
  for (const path of modules) if (!isKept(path)) rmSync(join(outdir, path));
  await bundleTypes(outdir);
}

/** Bundles without types and declarations, in a tenth of the time. */
async function bundleSources() {
  const named = (await filesOf('src/migrations')).filter((path) => path.endsWith('.ts'));
  const entryPoints = named.map((path) => `src/migrations/${path}`);
  await build({ ...COMMON, entryPoints, outbase: '.' });
  await bundle(
    ENTRIES.map((path) => path.replace(/\.js$/, '.ts')),
    '.',
  );
  await bundleSmall('.', 'ts');
}

/** The command line starts without TypeORM where the compiled revisions are recorded. */
function writeManifest() {
  const args = [join(outdir, 'scripts', 'orchestrator-db.js'), 'build'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(stdout + stderr);
  process.exit(status ?? 1);
}

rmSync(outdir, { recursive: true, force: true });
await (unchecked ? bundleSources() : bundleCompiled());
writeManifest();
