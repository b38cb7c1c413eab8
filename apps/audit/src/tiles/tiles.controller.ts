import { OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import type { TileAddress } from '@gatehouse/tlog';
import { parseTilePath, TlogError, widthOf } from '@gatehouse/tlog';
import { Controller, Get, Header, Inject, Req, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { assertSeesPersonal } from '../redaction/redact.js';
import { LogTiles } from './log-tiles.js';

const PREFIX = '/v1/tlog/';

/** C2SP tlog-tiles over HTTP: what a monitor or witness of transparency logs reads. */
@Controller('v1/tlog')
export class TilesController {
  constructor(
    @Inject(LogTiles) private readonly tiles: LogTiles,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
  ) {}

  @Get('checkpoint')
  @Requires('audit:read')
  @Operation('Read the checkpoint of the tiled log', { 'text/plain': z.string() })
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'private, no-cache')
  async checkpoint(): Promise<string> {
    const latest = await this.checkpoints.latest();
    if (!latest) throw notThere('No checkpoint has been signed yet.');
    return latest.note;
  }

  /** Bodies can expire: a bundle is asked for anew each time. */
  @Get('tile/entries/*')
  @Requires('audit:read')
  @Operation('Read an entry bundle', { 'application/octet-stream': z.string() })
  @Header('cache-control', 'private, no-cache')
  async bundle(@Caller() caller: Principal, @Req() request: { url: string }): Promise<StreamableFile> {
    const address = addressIn(request.url);
    await this.assertShown(address, caller);
    assertSeesPersonal(caller, 'Entry bundles hold personal fields');
    try {
      return await this.file(address);
    } catch (error) {
      if (error instanceof TlogError) throw notThere('An entry of this bundle is too large for the format.');
      throw error;
    }
  }

  /** What is shown once never changes: it may be kept for ever by whoever was allowed to read it. */
  @Get('tile/*')
  @Requires('audit:read')
  @Operation('Read a hash tile', { 'application/octet-stream': z.string() })
  @Header('cache-control', 'private, max-age=31536000, immutable')
  async tile(@Caller() caller: Principal, @Req() request: { url: string }): Promise<StreamableFile> {
    const address = addressIn(request.url);
    await this.assertShown(address, caller);
    return this.file(address);
  }

  private async file(address: TileAddress): Promise<StreamableFile> {
    return new StreamableFile(await this.tiles.content(address), { type: 'application/octet-stream' });
  }

  /** Only what a checkpoint covers; entries, which are every tenant's, only to the operator. */
  private async assertShown({ level, index, width }: TileAddress, caller: Principal): Promise<void> {
    const size = await this.checkpoints.latestSize();
    const shown = widthOf({ level: level === 'entries' ? 0 : level, index }, size);
    if (width > shown || (level === 'entries' && caller.tenant !== OPERATOR_TENANT))
      throw notThere('The latest checkpoint covers no such tile.');
  }
}

/** @throws DomainError when the path names no tile. */
function addressIn(url: string): TileAddress {
  const path = url.slice(PREFIX.length).split('?')[0] ?? '';
  const address = parseTilePath(path);
  if (!address) throw notThere('That is not the path of a tile: C2SP tlog-tiles says how they are written.');
  return address;
}

const notThere = (detail: string): DomainError => new DomainError('not-found', 'not-found', detail);
