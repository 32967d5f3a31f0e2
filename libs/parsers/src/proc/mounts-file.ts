import { words } from '../core/line-splitter';
import type { FileReader, ProcHost, Snapshot } from './snapshot';

/** What the kernel makes up, or a container engine mounts by the hundred: differs from host to host and says nothing. */
const NO_STORAGE = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl fuse.lxcfs fuse.portal ' +
    'hugetlbfs mqueue nsfs overlay proc pstore ramfs rpc_pipefs securityfs selinuxfs squashfs sysfs tmpfs tracefs'
  ).split(' '),
);
/** Options that name the host, or that the kernel works out from its hardware. */
const OWN =
  /^(addr|clientaddr|mountaddr|mountport|port|fd|rootmode|user_id|group_id|uid|gid|pgrp|seed|stripe|sunit|swidth)=/;
const MOST = 100;

/** `\040` and the like in a path. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** /proc/mounts: file systems on storage, as facts `mounts.<where>`: type and options. */
export class MountsReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    // What is mounted over another hides it: the last one counts.
    const mounts = new Map<string, string>();
    for (const { text } of snapshot.lines) {
      const [, where = '', type = '', options = ''] = words(text);
      if (type === '' || NO_STORAGE.has(type)) continue;
      const kept = options.split(',').filter((option) => !OWN.test(option));
      mounts.set(plain(where), `${type} ${kept.join(',')}`);
    }
    for (const [where, how] of [...mounts].slice(0, MOST)) this.host.sink.fact('mounts', where, how);
  }
}
