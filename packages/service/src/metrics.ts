import { AggregatorRegistry, register } from 'prom-client';

/** The metrics of this process, for {@link mergedMetrics} in another. */
export const ownMetrics = (): Promise<object[]> => register.getMetricsAsJSON();

/**
 * The metrics of several processes of one service, in Prometheus' text format.
 * @param all what {@link ownMetrics} gave in each; they are summed, or merged as a metric's own `aggregator` says.
 */
export const mergedMetrics = (all: object[]): Promise<string> => AggregatorRegistry.aggregate(all).metrics();

/** The metrics of this process, in Prometheus' text format. */
export const metricsText = (): Promise<string> => register.metrics();

/** Injection token of what answers `/metrics`. */
export const METRICS = Symbol('metrics');
