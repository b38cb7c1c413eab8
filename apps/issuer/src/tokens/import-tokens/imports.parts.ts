import type { Provider, Type } from '@nestjs/common';
import { ImportKeys } from '../import-keys/import-keys.js';
import { ImportKeysController } from '../import-keys/import-keys.controller.js';
import { ForeignLookups } from '../lookup-token/foreign-lookups.js';
import { ImportTokensController } from './import-tokens.controller.js';
import { TokenImport } from './token-import.service.js';

/** How keys of other systems come in. */
export const importControllers: Type[] = [ImportTokensController, ImportKeysController];

/** What knows them again. */
export const importProviders: Provider[] = [ImportKeys, TokenImport, ForeignLookups];
