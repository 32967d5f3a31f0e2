import type { MetricId } from '@fleetscope/contracts';

const KB = 1024;

/** A metric under a heading: its id, and what a unit of the column is in the catalogue's unit. */
export interface ColumnMeaning {
  readonly metric: MetricId;
  readonly factor: number;
}

const meanings = (entries: readonly (readonly [string, MetricId, number?])[]): ReadonlyMap<string, ColumnMeaning> =>
  new Map(entries.map(([column, metric, factor]) => [column, { metric, factor: factor ?? 1 }]));

/** Tables with one row a sample: the column alone says what it is. */
export const HOST_COLUMNS = meanings([
  ['proc/s', 'cpu.forks'],
  ['cswch/s', 'cpu.context_switches'],
  ['majflt/s', 'memory.major_faults'],
  ['pgscank/s', 'memory.scan_kswapd'],
  ['pgscand/s', 'memory.scan_direct'],
  ['kbmemfree', 'memory.free', KB],
  ['kbavail', 'memory.available', KB],
  ['kbmemused', 'memory.used', KB],
  ['kbbuffers', 'memory.buffers', KB],
  ['kbcached', 'memory.cached', KB],
  ['kbcommit', 'memory.committed', KB],
  ['kbdirty', 'memory.dirty', KB],
  ['kbswpused', 'memory.swap_used', KB],
  ['file-nr', 'fd.open'],
  ['runq-sz', 'cpu.runqueue'],
  ['plist-sz', 'task.threads'],
  ['ldavg-1', 'cpu.load1'],
  ['ldavg-5', 'cpu.load5'],
  ['ldavg-15', 'cpu.load15'],
  ['blocked', 'cpu.blocked'],
  ['active/s', 'tcp.active_opens'],
  ['passive/s', 'tcp.passive_opens'],
  ['iseg/s', 'tcp.segments_in'],
  ['oseg/s', 'tcp.segments_out'],
  ['tcp-tw', 'tcp.sockets_time_wait'],
  ['idgm/s', 'udp.datagrams_in'],
  ['odgm/s', 'udp.datagrams_out'],
  ['noport/s', 'udp.no_ports'],
  ['idgmerr/s', 'udp.in_errors'],
  // Shares of the interval, from the totals (sar -q PSI); the %…-10 columns are decaying averages and no metric.
  ['%scpu', 'cpu.pressure_some'],
  ['%sio', 'disk.pressure_some'],
  ['%fio', 'disk.pressure_full'],
  ['%smem', 'memory.pressure_some'],
  ['%fmem', 'memory.pressure_full'],
]);

/** Of the table with atmptf/s only: `retrans/s` is a column of the NFS table too. */
export const TCP_ERROR_COLUMNS = meanings([
  ['atmptf/s', 'tcp.attempt_fails'],
  ['estres/s', 'tcp.established_resets'],
  ['retrans/s', 'tcp.retransmits'],
  ['retrseg/s', 'tcp.retransmits'],
  ['isegerr/s', 'tcp.in_errors'],
  ['orsts/s', 'tcp.resets_sent'],
]);

/** Tables with a row an interface. */
export const INTERFACE_COLUMNS = meanings([
  ['rxpck/s', 'network.rx_packets'],
  ['txpck/s', 'network.tx_packets'],
  ['rxkB/s', 'network.rx_throughput', KB],
  ['txkB/s', 'network.tx_throughput', KB],
  ['rxbyt/s', 'network.rx_throughput'],
  ['txbyt/s', 'network.tx_throughput'],
  ['rxerr/s', 'network.rx_errors'],
  ['txerr/s', 'network.tx_errors'],
  ['coll/s', 'network.collisions'],
  ['rxdrop/s', 'network.rx_drops'],
  ['txdrop/s', 'network.tx_drops'],
]);

export const MOUNT_COLUMNS = meanings([
  ['%ufsused', 'filesystem.space_used'],
  ['%Iused', 'filesystem.inodes_used'],
]);

const list = (text: string): string[] => text.split(' ').filter(Boolean);

/** Headings of sar(1) that are no metric here, over its versions. Anything else is reported once. */
const PLAIN = new Set([
  ...list('CPU IFACE DEV INTR TTY FCHOST BUS DEVICE FILESYSTEM MOUNTPOINT FAN TEMP IN BAT all sum intr/s'),
  ...list('%user %usr %nice %system %sys %iowait %steal %irq %soft %guest %gnice %idle MHz wghMHz'),
  ...list('pswpin/s pswpout/s pgpgin/s pgpgout/s fault/s pgfree/s pgsteal/s %vmeff pgprom/s pgdem/s'),
  ...list('tps rtps wtps dtps bread/s bwrtn/s bdscd/s frmpg/s bufpg/s campg/s'),
  ...list(
    '%memused %commit kbactive kbinact kbanonpg kbslab kbkstack kbpgtbl kbvmused kbswpfree %swpused kbswpcad %swpcad',
  ),
  ...list('kbhugfree kbhugused %hugused kbhugrsvd kbhugsurp dentunusd inode-nr pty-nr file-sz %file-sz inode-sz'),
  ...list('super-sz %super-sz dquot-sz %dquot-sz rtsig-sz %rtsig-sz rcvin/s xmtin/s framerr/s prtyerr/s brk/s ovrun/s'),
  ...list('rxcmp/s txcmp/s rxmcst/s %ifutil txcarr/s rxfram/s rxfifo/s txfifo/s'),
  ...list(
    'call/s read/s write/s access/s getatt/s scall/s badcall/s packet/s udp/s tcp/s hit/s miss/s sread/s swrite/s saccess/s sgetatt/s',
  ),
  ...list('totsck tcpsck udpsck rawsck ip-frag tcp6sck udp6sck raw6sck ip6-frag'),
  ...list(
    'irec/s fwddgm/s idel/s orq/s asmrq/s asmok/s fragok/s fragcrt/s ihdrerr/s iadrerr/s iukwnpr/s idisc/s odisc/s onort/s asmf/s fragf/s',
  ),
  ...list(
    'imsg/s omsg/s iech/s iechr/s oech/s oechr/s itm/s itmr/s otm/s otmr/s iadrmk/s iadrmkr/s oadrmk/s oadrmkr/s',
  ),
  ...list('ierr/s oerr/s idstunr/s odstunr/s itmex/s otmex/s iparmpb/s oparmpb/s isrcq/s osrcq/s iredir/s oredir/s'),
  ...list('irec6/s fwddgm6/s idel6/s orq6/s asmrq6/s asmok6/s imcpck6/s omcpck6/s fragok6/s fragcr6/s'),
  ...list('ihdrer6/s iadrer6/s iukwnp6/s i2big6/s idisc6/s odisc6/s inort6/s onort6/s asmf6/s fragf6/s itrpck6/s'),
  ...list(
    'imsg6/s omsg6/s iech6/s iechr6/s oechr6/s igmbq6/s igmbr6/s ogmbr6/s igmbrd6/s ogmbrd6/s irtsol6/s ortsol6/s irtad6/s inbsol6/s onbsol6/s inbad6/s onbad6/s',
  ),
  ...list('ierr6/s idtunr6/s odtunr6/s itmex6/s otmex6/s iprmpb6/s oprmpb6/s iredir6/s oredir6/s ipck2b6/s opck2b6/s'),
  ...list('idgm6/s odgm6/s noport6/s idgmer6/s total/s dropd/s squeezd/s rx_rps/s flw_lim/s blg_len'),
  ...list(
    'MBfsfree MBfsused %fsused %ufsused Ifree Iused %Iused rpm drpm degC %temp inV %in manufact product idvendor idprod maxpower',
  ),
  ...list('%scpu-10 %scpu-60 %scpu-300 %sio-10 %sio-60 %sio-300 %fio-10 %fio-60 %fio-300'),
  ...list(
    '%smem-10 %smem-60 %smem-300 %fmem-10 %fmem-60 %fmem-300 fch_rxf/s fch_txf/s fch_rxw/s fch_txw/s %cap cap/min status',
  ),
]);

export const isSarColumn = (column: string): boolean =>
  PLAIN.has(column) ||
  HOST_COLUMNS.has(column) ||
  TCP_ERROR_COLUMNS.has(column) ||
  INTERFACE_COLUMNS.has(column) ||
  MOUNT_COLUMNS.has(column);
