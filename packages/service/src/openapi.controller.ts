import { type ApiDocument, apiDocument, Operation, Public } from '@gatehouse/http';
import { Controller, Get, Header, Inject, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { z } from 'zod';
import { SERVICE_NAME } from './service-name.js';

/** The service's own HTTP API, described from what it validates with. */
@Controller('openapi.json')
export class OpenApiController {
  private document?: ApiDocument;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(SERVICE_NAME) private readonly name: string,
  ) {}

  @Get()
  @Public()
  @Header('content-type', 'application/json')
  @Header('cache-control', 'public, max-age=300')
  @Operation('Describe this API (OpenAPI 3.1)', z.record(z.string(), z.unknown()))
  read(): ApiDocument {
    return (this.document ??= apiDocument({
      title: `Gatehouse ${this.name}`,
      description: 'Every refusal is a problem document (RFC 9457); its `code` has a page in docs/problems.',
      controllers: this.discovery
        .getControllers()
        .map(({ metatype }) => metatype)
        .filter((metatype): metatype is Type => typeof metatype === 'function'),
    }));
  }
}
