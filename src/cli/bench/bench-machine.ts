// What a benchmark ran on, for its report and in words.

import { version } from '../../engine/version.ts';
import { describeMachine, type Machine } from '../../runs/machine.ts';

interface BenchMachine {
  readonly mixop: string;
  readonly executor: string;
  /** Null where the executor has none. */
  readonly adapter: string | null;
  readonly threads: number;
  readonly machine: Pick<Machine, 'os' | 'cpu' | 'cores' | 'node'>;
}

export function benchMachine(ran: {
  readonly executor: string;
  readonly adapter?: string;
  readonly threads: number;
}): BenchMachine {
  const { executor, adapter = null, threads } = ran;
  const known = { mixop: version, executor, adapter, threads };
  const { os, cpu, cores, node } = describeMachine(known);
  return { ...known, machine: { os, cpu, cores, node } };
}

export function benchMachineText(ran: Omit<BenchMachine, 'mixop'>): string {
  const { executor, adapter, threads, machine } = ran;
  const { cpu, cores, node } = machine;
  const device = adapter === null ? executor : `${executor} on ${adapter}`;
  return `${device}, ${threads} threads, ${cpu}, ${cores} cores, node ${node}`;
}
