import { judgeKernelLog } from '../kernel-log-rule';
import { defineRule } from '../rule';

export const diskErrorsRule = defineRule({
  id: 'disk-errors',
  version: 1,
  title: 'Disk and filesystem errors in the kernel log',
  headline: 'Disks report errors',
  resource: 'disk',
  aspect: 'errors',
  metrics: [],
  thresholds: {},
  why: 'The kernel could not read or write: retries stall, and data may be lost.',
  next: null,
  evaluate: (context, judge) => [
    judgeKernelLog(context, judge, {
      classes: [
        'disk-error',
        'io-error',
        'filesystem-error',
        'fs-error',
        'ata-error',
        'nvme-error',
        'scsi-error',
        'readonly-remount',
        'remount-read-only',
      ],
      text: /\bI\/O error\b|(EXT4-fs|XFS|BTRFS)\b.*\b(error|corrupt)|Remounting filesystem read-only|\bata\d+(\.\d+)?: .*(failed command|exception Emask|hard resetting)|\bnvme\d*.*(timeout|abort|controller is down)|Medium Error|Unrecovered read error/i,
      one: 'disk error in the kernel log',
      many: 'disk errors in the kernel log',
      label: (count) => `disk errors ×${count}`,
      severity: (events) => (events.every(({ text }) => /warning|not responding/i.test(text)) ? 'warn' : 'crit'),
    }),
  ],
});
