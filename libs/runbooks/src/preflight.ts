import { type LoadedRunbook } from './probe-compiler';

/** The preflight alone: every probe begins with it, so a runbook of one cheap step is a check of the host. */
export const PREFLIGHT: LoadedRunbook = {
  id: 'preflight',
  title: 'Preflight',
  version: 1,
  aliases: [],
  cost: 'light',
  checklist: false,
  parameters: {},
  include: [],
  steps: [
    {
      id: 'version',
      title: 'Kernel version',
      when: 'start',
      deadline: '5s',
      maxBytes: 4_096,
      prefer: [{ id: 'read', needs: [], read: ['/proc/version'], parser: 'proc-snapshots' }],
    },
  ],
  programs: {},
};
