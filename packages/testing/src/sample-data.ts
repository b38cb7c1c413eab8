import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launcherConfig } from './config.js';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Where a file or folder of the sample data lies that tests read and the project does not hold.
 * @param path within the data.
 * @returns an absolute path. Nothing need be there: who reads it says so then.
 */
export const sampleData = (path: string): string => resolve(REPOSITORY, launcherConfig().sampleDataDir, path);
