import {
  DocumentHash,
  DocumentText,
  TenantId,
  UploadDocumentBody,
  UploadedDocument,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { BodyLimit } from '@gatehouse/service';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { AnswersAfresh } from '../../idempotency/answers-afresh.js';
import { ApiDocuments } from './api-documents.js';

/** A document with what JSON adds to it. */
const MOST_BODY_BYTES = 2 * 1024 * 1024;

/** OpenAPI documents, for published APIs to name. */
@Controller('v1/api-documents')
export class ApiDocumentsController {
  constructor(@Inject(ApiDocuments) private readonly documents: ApiDocuments) {}

  /** Doing it again changes nothing but how long it is kept. */
  @Post()
  @AnswersAfresh()
  @BodyLimit(MOST_BODY_BYTES)
  @Requires('apis:write')
  @Operation('Upload an OpenAPI document that APIs may name', UploadedDocument)
  upload(
    @Body({ schema: UploadDocumentBody }) { text }: UploadDocumentBody,
    @Caller() { tenant, actor }: Principal,
  ): Promise<UploadedDocument> {
    return this.documents.upload(tenant, text, actor);
  }

  @Get(':document')
  @Requires('apis:read')
  @Operation('Read an OpenAPI document', DocumentText)
  get(
    @Caller() { tenant }: Principal,
    @Param('document', { schema: DocumentHash }) document: string,
  ): Promise<DocumentText> {
    return this.documents.get(tenant, document);
  }
}

/** The same for gateways, which hear of them in events. */
@Controller('v1/tenants/:id/api-documents')
export class TenantDocumentsController {
  constructor(@Inject(ApiDocuments) private readonly documents: ApiDocuments) {}

  @Get(':document')
  @Requires('events:read')
  @Operation('Read an OpenAPI document of a tenant', DocumentText)
  get(
    @Param('id', { schema: TenantId }) tenant: string,
    @Param('document', { schema: DocumentHash }) document: string,
  ): Promise<DocumentText> {
    return this.documents.get(tenant, document);
  }
}
