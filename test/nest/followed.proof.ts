import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { follow } from '../support/followed-page.js';
import { emptyFolder, npmHere, pack, type ModuleKind } from '../support/packed.js';
import { blocksOf } from '../support/pages.js';
import { tell } from '../support/replicas.js';

/** In this order: above the first heading the page shows what is true at the end. */
const SECTIONS = ['From an empty folder', 'Your first entity', ''];
const KINDS: readonly ModuleKind[] = ['module', 'commonjs'];

describe('docs/nestjs.md', () => {
  const page = blocksOf('docs/nestjs.md');
  const blocks = SECTIONS.flatMap((section) => page.filter((block) => block.section === section));
  let tarball: string;
  let env: Readonly<Record<string, string>>;

  before(() => {
    tarball = pack(emptyFolder());
    env = npmHere();
  });

  for (const kind of KINDS)
    it(`The steps of docs/nestjs.md work from an empty folder, with type ${kind}`, async () => {
      const folder = emptyFolder();
      const port = await freePort();
      const followed = await follow(blocks, {
        folder,
        port,
        env,
        typed: (words) => typed(words, kind, tarball),
      });
      expect(followed).to.include.members(['npx tsc', 'node dist/main.js']);
      expect(typeOf(folder)).to.equal(kind);
      tell(`${kind}: ${followed.length} commands of docs/nestjs.md print what the page shows`);
    });
});

/** The kind is chosen where the page chooses one, and the package is the packed one. */
function typed(words: string, kind: ModuleKind, tarball: string): string | undefined {
  if (words === 'npm pkg set type=commonjs') return undefined;
  return words
    .replace('type=module', `type=${kind}`)
    .replace('install orchestrator-db ', `install ${tarball} `);
}

function typeOf(folder: string): string | undefined {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly type?: string }).type;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
