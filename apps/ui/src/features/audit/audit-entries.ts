import { type AuditEntry } from '@fleetscope/contracts';
import { client, unwrap } from '../../api/client';

export const PAGE = 200;

/** Entries before an id, newest first. */
export const auditPage = (before: number | undefined, limit = PAGE): Promise<AuditEntry[]> =>
  unwrap(client.GET('/api/v1/audit', { params: { query: { limit, before } } })) as Promise<AuditEntry[]>;

const WHOLE_PAGE = 1_000;

/** The whole log, a line of JSON for each entry, oldest first, as `fleetscope audit export` writes it. */
export const wholeLog = async (read: typeof auditPage = auditPage): Promise<string> => {
  const entries: AuditEntry[] = [];
  for (let before: number | undefined; ;) {
    const page = await read(before, WHOLE_PAGE);
    entries.push(...page);
    before = page.at(-1)?.id;
    if (page.length < WHOLE_PAGE || before === undefined) break;
  }
  return entries
    .reverse()
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
};
