import { existsSync } from 'node:fs';
import { type NamespacedFleet } from './namespaced-fleet';

const ROOT = '/sys/fs/cgroup';

/** Whether this machine has the controller in a hierarchy of its own. */
export const hasController = (controller: 'cpu' | 'memory'): boolean =>
  existsSync(`${ROOT}/${controller}/cgroup.procs`) && !existsSync(`${ROOT}/cgroup.controllers`);

/** A group for as long as the fleet is there; `settings` are files of it and what is written to them. @returns its folder */
export const makeGroup = (
  fleet: NamespacedFleet,
  controller: 'cpu' | 'memory',
  name: string,
  settings: Readonly<Record<string, string | number>>,
): string => {
  const group = `${ROOT}/${controller}/${name}`;
  // What a run that was killed left in it goes first.
  const clear = `for try in 1 2 3 4 5 6 7 8 9; do [ ! -d ${group} ] || { xargs -r kill -9 <${group}/cgroup.procs; sleep 0.1; rmdir ${group}; } && break; done`;
  const write = Object.entries(settings).map(([file, value]) => `echo ${value} >${group}/${file}`);
  fleet.change([clear, `mkdir -p ${group}`, ...write].join('; '), clear);
  return group;
};

/** The first words of a Python program that runs in the group. */
export const joining = (group: string): string => `
import os
with open("${group}/cgroup.procs", "w") as f: f.write(str(os.getpid()))
`;

/** For a host's set-up: it sees this hierarchy, as a host of containers does. */
export const seeing = (controller: 'cpu' | 'memory'): string[] => [
  `mount -t tmpfs none ${ROOT}`,
  `mkdir ${ROOT}/${controller}`,
  `mount -t cgroup -o ${controller} none ${ROOT}/${controller}`,
];
