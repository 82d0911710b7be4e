/** The optional page of a database: the report, made anew for each request. */

import { Controller, Get, Header, Inject, UseGuards, type CanActivate, type Type } from '@nestjs/common';
import { today } from '../clock.js';
import type { GuardedDataSource } from '../data-source.js';
import type { AcceptedDrift } from '../drift/accepted/accepted-file.js';
import { DatabaseOptionError, PageUnguardedError } from '../errors/start.js';
import { reportPage } from '../report/page.js';
import { readCode } from '../report/read-code.js';
import { readLive } from '../report/read-live.js';
import type { CodeFacts } from '../report/report.js';

/** Where the page of a database is, and who may see it. */
export interface DatabasePageOptions {
  /** The path, `/database` for example. */
  readonly path: string;
  /** Decides who may see names of tables, statements and errors. Required in production. */
  readonly guard?: Type<CanActivate> | CanActivate;
}

/**
 * @throws DatabaseOptionError for a path that is none
 * @throws PageUnguardedError without a guard in production
 */
export function assertPage({ path, guard }: DatabasePageOptions, production: boolean): void {
  if (typeof path !== 'string' || !/^\/?[\w-]+(?:\/[\w-]+)*$/.test(path))
    throw new DatabaseOptionError('page.path', path, 'a path such as /database');
  if (guard === undefined && production) throw new PageUnguardedError(path);
}

/** Makes the page. What the code declares is read once. */
export class DatabasePage {
  #code: Promise<CodeFacts> | undefined;

  constructor(
    private readonly dataSource: GuardedDataSource,
    private readonly accepted: AcceptedDrift | undefined,
  ) {}

  async html(): Promise<string> {
    const code = await (this.#code ??= this.#read());
    const live = await readLive(this.dataSource, { accepted: this.accepted });
    return reportPage({ ...code, live: { value: live }, madeAt: new Date(today()).toISOString() });
  }

  /** What fails is read again by the next request. */
  async #read(): Promise<CodeFacts> {
    try {
      return await readCode(this.dataSource);
    } catch (error) {
      this.#code = undefined;
      throw error;
    }
  }
}

/** The controller of one page; the token provides its DatabasePage. */
export function pageController({ path, guard }: DatabasePageOptions, token: symbol): Type<object> {
  @Controller(path)
  @UseGuards(...(guard === undefined ? [] : [guard]))
  class DatabasePageController {
    constructor(@Inject(token) private readonly page: DatabasePage) {}

    @Get()
    @Header('content-type', 'text/html; charset=utf-8')
    @Header('cache-control', 'no-store')
    @Header('content-security-policy', "frame-ancestors 'none'")
    @Header('x-content-type-options', 'nosniff')
    show(): Promise<string> {
      return this.page.html();
    }
  }
  return DatabasePageController;
}
