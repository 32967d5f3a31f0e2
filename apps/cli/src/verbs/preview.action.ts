import { type InvestigationRequestInput, type Preview } from '@fleetscope/contracts';
import { answer, type Connection } from '../connection';
import { bold, dim, print, printJson, safe } from '../output';
import { type DataOptions } from './options';
import { table } from './table';

/** Beyond these, numbers are enough. */
const MAX_NAMED = 20;

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(bytes < 10_485_760 ? 2 : 0)} MiB`;
const cpu = (seconds: number | null): string =>
  seconds === null ? 'CPU time unknown' : `${seconds.toFixed(seconds < 10 ? 2 : 0)} s of CPU`;

const estimateText = ({ basis, says, perHost, total }: Preview['estimate']): string => {
  const most = basis === 'bounds' ? 'at most ' : '';
  const figures = ({ cpuSeconds, bytes, seconds }: Preview['estimate']['total']): string =>
    `${cpu(cpuSeconds)}, ${most}${mebibytes(bytes)}, ${most}${Math.ceil(seconds)} s`;
  return `a host: ${figures(perHost)}\nin all: ${figures(total)}\n${dim(says)}`;
};

/** Says what a request would do. */
export const preview = async (
  { api }: Connection,
  request: InvestigationRequestInput,
  options: DataOptions,
): Promise<void> => {
  const found = (await answer(
    api.POST('/api/v1/investigations/preview', { body: { parameters: {}, reason: '', ...request } }),
  )) as Preview;
  if (options.json) return printJson(found);
  print(
    bold(`${found.runbook} (${found.cost}) would run on ${found.ready} of ${found.hosts} hosts; nothing was started`),
  );
  const classes = table('class', 'hosts', 'ready');
  for (const row of found.classes) classes.push([safe(row.class), row.hosts, row.ready]);
  print(classes.toString());
  for (const { host, kind, why } of found.attention.slice(0, MAX_NAMED)) print(`${safe(host)}: ${kind}: ${safe(why)}`);
  if (found.attention.length > MAX_NAMED) print(dim(`and ${found.attention.length - MAX_NAMED} more: --json has all`));
  print(estimateText(found.estimate));
  if (found.frozen !== null) print(`the fleet is ${safe(found.frozen)}; nothing new begins`);
  print(
    found.approval.length > 0
      ? `somebody else must approve it: ${found.approval.map(safe).join('; ')}`
      : 'no approval is needed',
  );
};
