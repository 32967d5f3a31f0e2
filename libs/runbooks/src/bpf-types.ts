/**
 * Names of types that the records of tracepoints use. bpftrace knows them from the kernel's BTF; where there is none, and no
 * kernel headers either, programs begin with these instead (as on x86_64 and arm64, Linux 4.9 to 6.18). The enum is one that
 * a record of newer kernels holds by value.
 */
const TYPES: Readonly<Record<string, string>> = {
  ...{ __u8: 'unsigned char', __u16: 'unsigned short', __u32: 'unsigned int', __u64: 'unsigned long long' },
  ...{ __s8: 'signed char', __s16: 'short', __s32: 'int', __s64: 'long long' },
  ...{ u8: 'unsigned char', u16: 'unsigned short', u32: 'unsigned int', u64: 'unsigned long long' },
  ...{ s8: 'signed char', s16: 'short', s32: 'int', s64: 'long long' },
  ...{ pid_t: 'int', dev_t: 'unsigned int', sector_t: 'unsigned long long', size_t: 'unsigned long' },
  ...{ ino_t: 'unsigned long', loff_t: 'long long', umode_t: 'unsigned short', pgoff_t: 'unsigned long' },
  ...{ gfp_t: 'unsigned int', blk_opf_t: 'unsigned int', bool: '_Bool' },
};

/** Set before the host is looked at: what programs begin with where it shows no BTF. */
export const BPF_TYPES_CODE = `fs_types=
fs_no_btf='${Object.entries(TYPES)
  .map(([name, type]) => `#define ${name} ${type}\n`)
  .join('')}enum sk_rst_reason { FS_RST_REASON };
'
`;

/** Once it is known whether there is BTF (`$variable` is empty without it). */
export const bpfTypesWithout = (variable: string): string => `[ -n "$${variable}" ] || fs_types=$fs_no_btf`;
