import { mostAlike } from '@fleetscope/analysis';
import { type MarkKind, type NoteView, type Scope, type SimilarInvestigation } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../access';
import { type InvestigationNote } from '../../generated/prisma/client';
import { InvestigationReader } from '../../investigations';
import { Database } from '../../platform';

/** Of so many of the latest, the nearest are looked for. */
const MAX_KNOWN = 2_000;

const noteView = ({ id, text, author, at }: InvestigationNote): NoteView => ({
  id,
  text,
  author,
  at: at.toISOString(),
});

/** What people write on investigations, and how it is found again: by an investigation that looks the same. */
@Injectable()
export class NotesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly investigations: InvestigationReader,
  ) {}

  async add(investigationId: string, text: string, author: string): Promise<NoteView> {
    await this.investigations.mustExist('investigation', investigationId);
    return this.database.$transaction(async (tx) => {
      const row = await tx.investigationNote.create({ data: { investigationId, text, author } });
      await this.audit.record(author, 'investigation.note', investigationId, 'done', { note: row.id }, tx);
      return noteView(row);
    });
  }

  async list(investigationId: string): Promise<NoteView[]> {
    await this.investigations.mustExist('investigation', investigationId);
    const rows = await this.database.investigationNote.findMany({ where: { investigationId }, orderBy: { at: 'asc' } });
    return rows.map(noteView);
  }

  /** The nearest other investigations of the same runbook, with what was written on them. */
  async similar(id: string, scope: Scope): Promise<SimilarInvestigation[]> {
    await this.investigations.mustExist('investigation', id);
    const mine = await this.database.fingerprint.findUnique({ where: { investigationId: id } });
    if (!mine) return [];
    const rows = await this.database.fingerprint.findMany({
      where: { runbook: mine.runbook, investigationId: { not: id } },
      orderBy: { at: 'desc' },
      take: MAX_KNOWN,
    });
    const found = mostAlike(
      mine.features as Record<string, number>,
      rows.map((row) => ({ of: row.investigationId, fingerprint: row.features as Record<string, number> })),
    );
    const ids = found.map(({ of }) => of);
    const [views, notes, marks] = await Promise.all([
      this.investigations.brief(ids, scope),
      this.database.investigationNote.findMany({ where: { investigationId: { in: ids } }, orderBy: { at: 'asc' } }),
      this.database.baselineMark.findMany({ where: { investigationId: { in: ids } } }),
    ]);
    return found.flatMap(({ of, similarity, shared }) => {
      const view = views.get(of);
      if (!view) return [];
      return [
        {
          investigation: of,
          ...view,
          similarity,
          shared: [...shared],
          mark: (marks.find((mark) => mark.investigationId === of)?.kind ?? null) as MarkKind | null,
          notes: notes.filter((note) => note.investigationId === of).map(noteView),
        },
      ];
    });
  }
}
