import { CheckpointQuery, LogIdentity } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Operation, Requires } from '@gatehouse/http';
import type { NoteSigner } from '@gatehouse/tlog';
import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { SIGNER } from '../audit.tokens.js';
import { CheckpointStore } from './checkpoint-store.js';

/** What the log commits to, and the key to check it with. */
@Controller('v1')
export class CheckpointController {
  constructor(
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
    @Inject(SIGNER) private readonly signer: NoteSigner,
  ) {}

  @Get('checkpoint')
  @Requires('audit:read')
  @Operation('Show the latest checkpoint, a signed note', { 'text/plain': z.string() })
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-store')
  async checkpoint(@Query({ schema: CheckpointQuery }) { witnessed }: CheckpointQuery): Promise<string> {
    const note =
      witnessed > 0 ? await this.checkpoints.witnessed(witnessed) : (await this.checkpoints.latest())?.note;
    if (note !== undefined) return note;
    const by = witnessed > 0 ? `cosigned by ${witnessed} witnesses` : 'signed';
    throw new DomainError('not-found', 'not-found', `No checkpoint has been ${by} yet.`);
  }

  @Get('log')
  @Requires('audit:read')
  @Operation('Say whose log this is and how large', LogIdentity)
  async log(): Promise<LogIdentity> {
    const latest = await this.checkpoints.latest();
    return { origin: this.signer.name, verifierKey: this.signer.verifierKey, size: latest?.size ?? 0 };
  }
}
