import {
  type ApiOptions,
  AuditApi,
  AuditRetentionApi,
  AuditSinksApi,
  GatewayAdminApi,
  IssuerApi,
  UsageApi,
} from '@gatehouse/client';
import type { Command } from 'commander';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';
import { readRunFile, type RunFile } from './run-file.js';

interface SystemOptions {
  dir?: string;
  issuerUrl?: string;
  gatewayUrl?: string;
  gatewayAdminUrl?: string;
  auditUrl?: string;
  analyticsUrl?: string;
  natsUrl?: string;
}

/** The running system a command works on: options first, then the environment, then run.json. */
export class System {
  private constructor(
    private readonly options: SystemOptions,
    private readonly run: RunFile,
    private readonly envToken: string | undefined,
  ) {}

  /** @param command the command under way; its global options say where to look. */
  static async find(command: Command, { env }: Surroundings): Promise<System> {
    const options = command.optsWithGlobals<SystemOptions>();
    const run = await readRunFile(options.dir ?? env['GATEHOUSE_DIR']);
    return new System(options, run, env['GATEHOUSE_TOKEN']);
  }

  issuer(): IssuerApi {
    return new IssuerApi(this.#api(this.issuerUrl, 'issuer'));
  }

  /** One of the issuer's management APIs, e.g. `TeamsApi`. */
  manage<Api>(api: new (options: ApiOptions) => Api): Api {
    return new api(this.#api(this.issuerUrl, 'issuer'));
  }

  usage(): UsageApi {
    return new UsageApi(this.#api(this.analyticsUrl, 'analytics'));
  }

  audit(): AuditApi {
    return new AuditApi(this.#api(this.auditUrl, 'audit'));
  }

  auditSinks(): AuditSinksApi {
    return new AuditSinksApi(this.#api(this.auditUrl, 'audit'));
  }

  auditRetention(): AuditRetentionApi {
    return new AuditRetentionApi(this.#api(this.auditUrl, 'audit'));
  }

  /** The audit log at a URL, which may be somebody else's: it is not given the token of this system's run.json. */
  auditAt(url: string): AuditApi {
    return new AuditApi({ url, token: this.tokenFor(url) });
  }

  /** What may be sent to a URL of an audit log: the token of this system's run.json goes nowhere else. */
  tokenFor(url: string): string | undefined {
    const ours = this.run.audit && new URL(this.run.audit.url).origin === new URL(url).origin;
    return ours ? this.callerToken : this.envToken;
  }

  gatewayAdmin(): GatewayAdminApi {
    return new GatewayAdminApi(this.#api(this.gatewayAdminUrl, 'gateway-admin'));
  }

  get issuerUrl(): string | undefined {
    return this.options.issuerUrl ?? this.run.issuer?.url;
  }

  get gatewayAdminUrl(): string | undefined {
    return this.options.gatewayAdminUrl ?? this.run.gateway?.adminUrl;
  }

  get auditUrl(): string | undefined {
    return this.options.auditUrl ?? this.run.audit?.url;
  }

  get analyticsUrl(): string | undefined {
    return this.options.analyticsUrl ?? this.run.analytics?.url;
  }

  get gatewayUrl(): string {
    return known(this.options.gatewayUrl ?? this.run.gateway?.url, 'gateway');
  }

  get natsUrl(): string {
    return known(this.options.natsUrl ?? this.run.nats?.url, 'nats');
  }

  private get callerToken(): string | undefined {
    return this.envToken ?? this.run.adminToken;
  }

  #api(url: string | undefined, service: string): ApiOptions {
    return { url: known(url, service), token: this.callerToken };
  }
}

/** @throws UsageError that says how to name the service. */
function known(url: string | undefined, service: string): string {
  if (url === undefined)
    throw new UsageError(
      `where is the ${service}? Start Gatehouse with "npm start", or give --${service}-url`,
    );
  if (!URL.canParse(url)) throw new UsageError(`--${service}-url is not a URL`);
  return url;
}
