import { IssuedToken, IssueTokenBody, PageLimit, TokenId } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { Public, Requires } from '../requires.js';
import { apiDocument } from './api-document.js';
import { Operation } from './operation.js';
import 'reflect-metadata';

const ListQuery = z.strictObject({ limit: PageLimit });

@Controller('v1/things')
class ThingsController {
  @Post()
  @Requires('tokens:write')
  @Operation('Make a thing', IssuedToken)
  make(@Body({ schema: IssueTokenBody }) body: IssueTokenBody) {
    return body;
  }

  @Get(':id/parts')
  @Requires('tokens:read')
  @Operation('List the parts of a thing', z.object({ parts: z.array(TokenId) }))
  parts(
    @Param('id', { schema: TokenId }) id: string,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ) {
    return { id, query };
  }

  @Post(':id/forget')
  @HttpCode(204)
  @Requires('tokens:write')
  @Operation('Forget a thing')
  forget(@Param('id', { schema: TokenId }) id: string) {
    return id;
  }

  @Get('text')
  @Public()
  @Header('content-type', 'text/plain')
  @Operation('Read as text', { 'text/plain': z.string() })
  text() {
    return '';
  }
}

const document = apiDocument({ title: 'Things', description: 'A test', controllers: [ThingsController] });

describe('apiDocument', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...document });
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.1');
  });

  it('says what an endpoint takes, by the name of the contract', () => {
    const make = document.paths?.['/v1/things']?.post;
    expect(make?.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/IssueTokenBody' } } },
    });
    expect(make?.responses).toMatchObject({
      '201': {
        content: { 'application/json': { schema: { $ref: expect.stringContaining('IssuedToken') } } },
      },
      default: { content: { 'application/problem+json': {} } },
    });
  });

  it('names the permission that is needed, and none where none is', () => {
    expect(document.paths?.['/v1/things']?.post?.security).toEqual([{ bearer: ['tokens:write'] }]);
    expect(document.paths?.['/v1/things/text']?.get?.security).toEqual([]);
  });

  it('describes parameters of the path and the query', () => {
    expect(document.paths?.['/v1/things/{id}/parts']?.get?.parameters).toEqual([
      expect.objectContaining({ in: 'path', name: 'id', required: true }),
      expect.objectContaining({ in: 'query', name: 'limit' }),
    ]);
  });

  it('has no answer where there is none', () => {
    expect(document.paths?.['/v1/things/{id}/forget']?.post?.responses?.['204']).toEqual({
      description: 'Done',
    });
  });

  it('holds no schema that nothing names', () => {
    expect(Object.keys(document.components?.schemas ?? {})).not.toContain('LookupBody');
  });
});
