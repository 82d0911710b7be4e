import type { Project } from '../../src/cli/project.js';

function fail(): never {
  throw new Error('reached the project');
}

/** A project for what the command line answers by itself: a call of anything in it fails the test. */
export const UNREACHED_PROJECT: Project = {
  createDataSource: fail,
  seed: fail,
  loadAdmins: fail,
  today: fail,
  revisionModule: fail,
  lintAfter: undefined,
  pagePath: fail,
  isHome: true,
  exportsOwn: fail,
  manifest: undefined,
};
