import type { Provider, Type } from '@nestjs/common';
import { TeamReach } from './reach.js';
import { Teams } from './teams.js';
import { TeamsController } from './teams.controller.js';

/** The management API of teams. */
export const teamControllers: Type[] = [TeamsController];

/** Teams, and who sees what belongs to them. */
export const teamProviders: Provider[] = [TeamReach, Teams];
