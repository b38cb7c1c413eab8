import { CreateUserBody, PageLimit, UserId, type UserView } from '@gatehouse/contracts';
import { Caller, type Principal, Requires } from '@gatehouse/http';
import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Users } from './users.js';

const ListQuery = z.strictObject({ cursor: UserId.optional(), limit: PageLimit });

@Controller('v1/users')
export class UsersController {
  constructor(@Inject(Users) private readonly users: Users) {}

  @Post()
  @Requires('users:write')
  create(
    @Body({ schema: CreateUserBody }) body: CreateUserBody,
    @Caller() caller: Principal,
  ): Promise<UserView> {
    return this.users.create(caller.tenant, body);
  }

  @Get()
  @Requires('users:read')
  list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.users.list(caller.tenant, query);
  }
}
