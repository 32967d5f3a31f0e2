import { formatCount, formatList, formatNumber, formatPlural, formatValue } from '../format';
import { kernelLines, kernelLogMissing, minutesBefore, type KernelEvent } from '../kernel-log';
import { evidenceOf, meanOf } from '../reading';
import { defineRule } from '../rule';

const WANTED = {
  classes: ['oom-kill', 'oom', 'oom-killer'],
  text: /invoked oom-killer|\bKill(ed)? process \d+|^oom-kill:|oom_reaper/i,
};

/** "java (4312), 3.1 GiB, of /docker/ab12"; null when the line names no victim. */
const victimOf = ({ text, fields = {} }: KernelEvent): { pid: string; words: string } | null => {
  // Linux 2.6.36 and later: "Killed process 4312 (java) total-vm:…kB, anon-rss:…kB, file-rss:…kB".
  const line = /Kill(?:ed)? process (\d+),? \((.*?)\)(?=[\s,]|$)/i.exec(text) ?? null;
  const told = /task=([^,]+),pid=(\d+)/.exec(text);
  const field = (...names: string[]): string | null => {
    const value = names.map((name) => fields[name]).find((v) => v !== null && v !== undefined);
    return value === undefined || value === null ? null : String(value);
  };
  // The parser knows names with brackets and kills told over several lines: its fields come first.
  const pid = field('pid', 'victim_pid', 'victimPid') ?? line?.[1] ?? told?.[2] ?? null;
  const name = field('comm', 'victim', 'process', 'task', 'name') ?? line?.[2] ?? told?.[1] ?? null;
  if (pid === null || name === null) return null;
  const kilobytes = /anon-rss:(\d+)kB/.exec(text)?.[1];
  const bytes = Number(field('anonRssBytes') ?? (kilobytes === undefined ? Number.NaN : Number(kilobytes) * 1024));
  const rss = Number.isFinite(bytes) ? `, ${formatValue(bytes, 'B')} resident` : '';
  const group = /task_memcg=([^,]+)/.exec(text)?.[1] ?? field('cgroup', 'memcg');
  return { pid, words: `${name} (${pid})${rss}${group && group !== '/' ? `, of ${group}` : ''}` };
};

/** One kill is told in up to four lines: one entry per victim, with the line that says most. */
const victims = (events: readonly KernelEvent[]): string[] => {
  const byPid = new Map<string, string>();
  for (const event of events) {
    const victim = victimOf(event);
    if (victim && victim.words.length >= (byPid.get(victim.pid)?.length ?? 0)) byPid.set(victim.pid, victim.words);
  }
  return [...byPid.values()];
};

export const memOomRule = defineRule({
  id: 'mem-oom',
  version: 1,
  title: 'Out-of-memory kills',
  headline: 'Processes are killed for lack of memory',
  resource: 'memory',
  aspect: 'errors',
  metrics: ['memory.oom_kills'],
  thresholds: {},
  why: 'A process was killed because its cgroup or the host had no memory left.',
  next: 'memory-growth',
  evaluate: ({ evidence, lookBackSeconds }, judge) => {
    const counter = evidence.reading('memory.oom_kills');
    const inWindow = counter ? Math.round((meanOf(counter) ?? 0) * evidence.windowSeconds) : null;
    const counted = counter
      ? [
          evidenceOf(
            counter,
            counter.samples.filter(({ value }) => value > 0),
          ),
        ]
      : [];
    const lines = kernelLines(evidence, lookBackSeconds, WANTED);
    const recent = lines?.recent ?? [];
    const named = victims(recent);
    const kills = Math.max(named.length, recent.length > 0 ? 1 : 0, inWindow ?? 0);
    const back = formatValue(lookBackSeconds, 's');
    const said = { metric: 'memory.oom_kills', unit: '1', threshold: 0 } as const;
    if (kills > 0) {
      const last = recent[recent.length - 1];
      const minutes = last ? minutesBefore(evidence, last) : null;
      const who = named.length > 0 ? `: ${formatList(named, 3)}` : '';
      const when =
        minutes === null
          ? 'inside the window'
          : `in the last ${back}, the latest ${formatNumber(minutes)} min before the collection`;
      return [
        judge.finding(said, {
          severity: 'crit',
          value: kills,
          label: `oom kills ${formatCount(kills)}`,
          text: `${formatPlural(kills, 'process', 'processes')} killed for lack of memory ${when}${who}.`,
          evidence: [...(lines?.evidence(recent) ?? []), ...counted],
        }),
      ];
    }
    if (lines && lines.undated.length > 0) {
      const who = victims(lines.undated);
      return [
        judge.finding(said, {
          severity: 'info',
          value: Math.max(1, who.length),
          label: 'oom kill, time unknown',
          text: `The kernel log tells of kills for lack of memory at an unknown time, perhaps long ago${who.length > 0 ? `: ${formatList(who, 3)}` : ''}.`,
          evidence: lines.evidence(lines.undated),
        }),
      ];
    }
    if (!lines)
      return [
        judge.unknown(
          `${kernelLogMissing(evidence) ?? 'the kernel log was not read'}${inWindow === 0 ? '; no kill inside the window itself' : ''}`,
          'memory.oom_kills',
        ),
      ];
    return [judge.ok(said, { value: 0, label: `no oom kill in ${back}` })];
  },
});
