import { Counter, Gauge } from '@gatehouse/service';

/** Raw rows inserted. */
export const rowsInserted = new Counter({
  name: 'gatehouse_analytics_rows_inserted_total',
  help: 'Request records inserted',
});

/** Parts of batches noted as held. */
export const batchesIngested = new Counter({
  name: 'gatehouse_analytics_batch_parts_ingested_total',
  help: 'Parts of request batches held for good',
});

/** Parts that came again. */
export const duplicates = new Counter({
  name: 'gatehouse_analytics_duplicates_total',
  help: 'Parts of request batches that were held already',
});

/** Early parts that were let go. */
export const earlyDropped = new Counter({
  name: 'gatehouse_analytics_early_dropped_total',
  help: 'Parts that came before their turn and are left to their gateway to send again',
});

/** Events kept as dead letters. */
export const deadLetters = new Counter({
  name: 'gatehouse_analytics_dead_letters_total',
  help: 'Events that break the contract',
});

/** Records lost for good, as far as it shows at ingestion. */
export const recordsMissing = new Counter({
  name: 'gatehouse_analytics_records_missing_total',
  help: 'Request records that are lost for good',
});

/** How old the newest record was when it could be queried. */
export const lagSeconds = new Gauge({
  name: 'gatehouse_analytics_lag_seconds',
  help: 'Age of the newest record at the time its insert ended',
});
