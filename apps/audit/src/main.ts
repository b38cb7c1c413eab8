import { loadConfig, runMain } from '@gatehouse/service';
import { AuditConfig } from './audit.config.js';
import { runAudit } from './run-audit.js';

runMain(() => runAudit(loadConfig(AuditConfig, process.env), process.env));
