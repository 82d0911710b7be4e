// Bundles the declarations that TypeScript has compiled: one file for each entry point of package.json. Chunks
// contain shared declarations, so that a type is the same type from every entry point. All other declarations are
// removed, so that only exported names of entry points are reachable.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const DECLARATION = /\.d\.ts$/;

/** Replaces the declarations in a compiled folder by those of its entry points. */
export async function bundleTypes(outdir) {
  const compiled = readdirSync(outdir, { recursive: true }).filter((path) => DECLARATION.test(path));
  const bundle = await rollup({
    input: entriesIn(outdir),
    plugins: [dts()],
    external: isPackage,
    onLog: fail,
  });
  for (const path of compiled) rmSync(join(outdir, path));
  await bundle.write({
    dir: outdir,
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: ({ name }) => `chunks/${name.replace(/\.d$/, '')}-[hash].d.ts`,
  });
  await bundle.close();
}

/** The entry points by the name of their output file. */
function entriesIn(outdir) {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const paths = Object.values(exports).flatMap(({ types }) => types ?? []);
  const names = paths.map((path) => relative('dist', path).replaceAll('\\', '/').replace(DECLARATION, ''));
  return Object.fromEntries(names.map((name) => [name, join(outdir, `${name}.d.ts`)]));
}

function isPackage(id) {
  return !id.startsWith('.') && !isAbsolute(id);
}

/** Fails on every message: otherwise an unresolved type would be missing without a warning. */
function fail(_level, { message }) {
  throw new Error(`The declarations cannot be bundled: ${message}`);
}
