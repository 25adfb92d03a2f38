import type { Clock } from '@quantum/clock';
import type { PolicyStep } from '@quantum/efficiency-policy';
import type { MetricsOptions, PolicyMetrics, Readiness } from '@quantum/metrics';
import type { PolicySource } from '@quantum/policy';
import type { ConnectionEvents, Redis, ServerWatch, ServerWatchOptions } from '@quantum/redis-io';
import type { ConfigOf, Definition, Logger, sharedVariables, Variable } from '@quantum/service-kit';
import type { Registry } from 'prom-client';
import type { SystemdNotifier } from './systemd.js';

/** The variables that every service has. */
export type HostVariables = typeof sharedVariables & { readonly METRICS_PORT: Variable<'metricsPort', number> };

/** What every service reads of its environment. */
export interface HostConfig extends ConfigOf<HostVariables> {
  readonly policyFile?: string | undefined;
}

/** The metrics that every service has. */
export type HostMetrics = PolicyMetrics & ServerWatchOptions['metrics'] & { readonly registry: Registry };

/** A service: what it is called, reads and counts, and how it is built. */
export interface ServiceDefinition<D extends HostVariables, M extends HostMetrics, P extends object> {
  /** Its name in logs, and of its connections. */
  readonly name: string;
  /** What it reads from its environment. */
  readonly definition: Definition<D>;
  readonly metrics: (options: MetricsOptions) => M;
  /** The step of the policy that it decides by; a service without one has an empty policy. */
  readonly step?: (config: ConfigOf<D>) => PolicyStep<P>;
  /** Makes its parts; the connection is only being opened. */
  readonly build: (parts: ServiceParts<D, M, P>) => Work;
}

/** What the host hands to a service. */
export interface ServiceParts<D extends HostVariables, M extends HostMetrics, P extends object> {
  readonly config: ConfigOf<D>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: M;
  readonly policies: PolicySource<P>;
  readonly redis: Redis;
  /** Opens another connection, named after the service and `role`. The host closes it. */
  readonly connect: (role: string) => Redis;
  readonly watch: ServerWatch;
  /** To be called before the first work: whether the server can serve us. @throws as `serverCheck` */
  readonly checkServer: () => Promise<void>;
  readonly systemd: SystemdNotifier;
  /** Aborted when the service is to stop. */
  readonly stopping: AbortSignal;
}

/** A service at work. */
export interface Work {
  /** For /readyz. The host adds the rest: whether it stops, and whether our clock and that of Redis agree. */
  readonly readiness: () => Readiness;
  /** Called with every connection; without it, outages are logged. */
  readonly connection?: ConnectionEvents;
  /**
   * Begins; resolves once the service runs. The start of the process fails where it throws. `metricsUrl`: of the
   * probes.
   */
  readonly start: (metricsUrl: string) => void | Promise<void>;
  /** Ends what is in flight, after `stopping`; absent: nothing ever is. */
  readonly stop?: () => Promise<void>;
}
