import { WitnessesAnswer } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { Witnesses } from './witnesses.js';

/** Who vouches for the log. */
@Controller('v1/witnesses')
export class WitnessesController {
  constructor(@Inject(Witnesses) private readonly witnesses: Witnesses) {}

  @Get()
  @Requires('audit:read')
  @Operation('Show who has cosigned what', WitnessesAnswer)
  state(): Promise<WitnessesAnswer> {
    return this.witnesses.state();
  }
}
