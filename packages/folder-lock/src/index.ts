export { FolderInUse, lockFolder } from './folder-lock.js';
