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
