import type { LeaseAnswer, LeaseCreditsBody } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Lends gateways a part of credits that they may spend without asking. */
@Injectable()
export class CreditLeases {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns after the commit, in the order asked: what is lent is taken from the balance. */
  async lease({ gateway, leases }: LeaseCreditsBody): Promise<LeaseAnswer[]> {
    const [row] = await this.dataSource.query<{ answers: LeaseAnswer[] }[]>(
      'select lease_credits($1, $2::jsonb) as answers',
      [gateway, JSON.stringify(leases)],
    );
    return row!.answers.map(toldOf);
  }
}

const toldOf = (answer: LeaseAnswer): LeaseAnswer =>
  answer.status === 'held' && answer.refillsAt !== null
    ? { ...answer, refillsAt: new Date(answer.refillsAt).toISOString() }
    : answer;
