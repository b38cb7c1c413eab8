import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small shop, as its document describes it. */
export const SHOP_API = `openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      parameters:
        - { name: page, in: query, schema: { type: integer, minimum: 1 } }
        - { name: X-Version, in: header, required: true, schema: { enum: ['1', '2'] } }
      responses:
        '200':
          description: a page of orders
          content:
            application/json:
              schema: { type: array, items: { $ref: '#/components/schemas/Order' } }
              examples:
                none: { value: [] }
                one: { value: [{ id: o1, sku: a-1, amount: 2 }] }
            text/csv: { example: 'id,sku' }
    post:
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Order' } }
          text/csv: { schema: { type: string } }
      responses:
        '201':
          description: taken
          headers:
            X-Place: { schema: { type: integer }, example: 7 }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Order' } }
        '422': { $ref: '#/components/responses/Problem' }
        default: { description: something else }
  /orders/{id}:
    delete: { responses: { '204': { description: gone } } }
components:
  responses:
    Problem:
      description: what is wrong
      content: { application/problem+json: { example: { code: out-of-stock } } }
  schemas:
    Order:
      type: object
      required: [id, sku, amount]
      additionalProperties: false
      properties:
        id: { type: string, readOnly: true, examples: [o1] }
        sku: { type: string, pattern: '^[a-z]-\\d+$', examples: [a-1] }
        amount: { type: integer, minimum: 1, maximum: 100 }
        mail: { type: string, format: email }
        parts: { type: array, items: { $ref: '#/components/schemas/Order' } }
`;

/** The document in a file of its own. */
export class ShopFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'shop-'));
  readonly path = join(this.folder, 'shop.yaml');

  constructor() {
    this.write(SHOP_API);
  }

  write(text: string): void {
    writeFileSync(this.path, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
