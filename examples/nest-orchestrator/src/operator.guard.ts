import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';

/** Lets in whoever knows `OPERATOR_PASSWORD`, by HTTP basic authentication; nobody where it is not set. */
@Injectable()
export class OperatorGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const wanted = process.env['OPERATOR_PASSWORD'] ?? '';
    const given = passwordIn(http.getRequest<Request>().headers.authorization ?? '');
    if (wanted !== '' && timingSafeEqual(digest(given), digest(wanted))) return true;
    http.getResponse<Response>().setHeader('www-authenticate', 'Basic realm="database", charset="UTF-8"');
    throw new UnauthorizedException();
  }
}

function passwordIn(header: string): string {
  const text = Buffer.from(header.replace(/^Basic /i, ''), 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

/** Of one length, as the comparison wants it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
