import { Counter, Gauge } from '@gatehouse/service';

/** Leaves covered by the latest checkpoint. */
export const LogSize = new Gauge({
  name: 'gatehouse_audit_log_size',
  help: 'Leaves covered by the latest checkpoint this process signed',
});

export const LeavesAppended = new Counter({
  name: 'gatehouse_audit_leaves_appended_total',
  help: 'Leaves appended, by where the event came from',
  labelNames: ['channel'],
});

export const Halted = new Gauge({
  name: 'gatehouse_audit_halted',
  help: '1 while a part has halted and a person has to look',
  labelNames: ['part'],
});

/** Of each witness: the largest tree it has cosigned. */
export const WitnessCosignedSize = new Gauge({
  name: 'gatehouse_audit_witness_cosigned_size',
  help: 'Leaves covered by the latest checkpoint that a witness has cosigned',
  labelNames: ['witness'],
});

export const WitnessRefused = new Gauge({
  name: 'gatehouse_audit_witness_refused',
  help: '1 while a witness says that what it has seen of the log is not this log',
  labelNames: ['witness'],
});

/** How far behind the log a sink is. */
export const SinkLag = new Gauge({
  name: 'gatehouse_audit_sink_lag_entries',
  help: 'Entries covered by the latest checkpoint that a sink has not got',
  labelNames: ['sink'],
});

export const SinkFailing = new Gauge({
  name: 'gatehouse_audit_sink_failing',
  help: '1 while a sink takes nothing',
  labelNames: ['sink'],
});

export const SinkDelivered = new Counter({
  name: 'gatehouse_audit_sink_delivered_total',
  help: 'Entries that a sink is past: delivered, or put aside as dead letters',
  labelNames: ['sink'],
});

export const SearchLag = new Gauge({
  name: 'gatehouse_audit_search_lag',
  help: 'Leaves that are in the log and cannot be found yet',
});

let signedAt: number | undefined;

/** Absent on an instance that stands by. */
export const CheckpointAge = Object.assign(
  new Gauge({
    name: 'gatehouse_audit_checkpoint_age_seconds',
    help: 'Seconds since this process last signed a checkpoint',
    collect() {
      if (signedAt === undefined) this.reset();
      else this.set((performance.now() - signedAt) / 1000);
    },
  }),
  {
    signed: () => {
      signedAt = performance.now();
    },
  },
);
