import { Injectable } from '@nestjs/common';
import { Database } from '../platform';

/** Investigations as they end, for those who tell others. */
@Injectable()
export class InvestigationEndings {
  constructor(private readonly database: Database) {}

  /** Those that ended after a moment, first first. A transaction that commits late may bring one of a little before it. */
  async after(moment: Date, limit: number): Promise<{ id: string; endedAt: Date }[]> {
    const rows = await this.database.investigation.findMany({
      where: { endedAt: { gt: moment }, state: { notIn: ['queued', 'running'] } },
      orderBy: [{ endedAt: 'asc' }, { id: 'asc' }],
      take: limit,
      select: { id: true, endedAt: true },
    });
    return rows.flatMap(({ id, endedAt }) => (endedAt ? [{ id, endedAt }] : []));
  }
}
