import { loadConfig, runMain, withVaultSecrets } from '@gatehouse/service';
import { AuditConfig } from './audit.config.js';
import { runAudit } from './run-audit.js';

runMain(async () => {
  const environment = await withVaultSecrets(process.env);
  return runAudit(loadConfig(AuditConfig, environment), environment);
});
