import { Inject, Injectable } from '@nestjs/common';
import { EvidenceService } from '../../../evidence';
import { InvestigationReader } from '../../../investigations';
import { notFound, RUNTIME, type Runtime } from '../../../platform';
import { evidenceTexts } from '../evidence-texts';
import { NotesService } from '../notes.service';
import { FlamesService } from './flames.service';
import { reportHtml } from './report.html';
import { ruleFindings, type TextOf } from './rule-findings';

/** An investigation as a page for the post-mortem: it can be read years later, without this installation. */
@Injectable()
export class ReportService {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly evidence: EvidenceService,
    private readonly notes: NotesService,
    private readonly flames: FlamesService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'version'>,
  ) {}

  /** @throws 404. While the investigation runs, it is what has answered so far. */
  async html(id: string): Promise<{ html: string; fileName: string }> {
    const snapshot = await this.reader.snapshot(id);
    if (!snapshot) throw notFound(`investigation ${id}`);
    const { investigation, runs } = snapshot;
    const captures = investigation.escalation?.children ?? [];
    const [verdict, findings, { flames, more }, notes] = await Promise.all([
      investigation.verdict ?? this.reader.report(id).then((report) => report.verdict),
      ruleFindings(runs, this.texts()),
      this.flames.of([investigation, ...captures]),
      this.notes.list(id),
    ]);
    const html = reportHtml({
      product: this.runtime.version,
      madeAt: new Date().toISOString(),
      ...{ investigation, verdict, runs, findings, flames, notes },
      moreFlames: more,
    });
    return { html, fileName: `fleetscope-${investigation.createdAt.slice(0, 10)}-${id.slice(0, 8)}.html` };
  }

  private texts(): TextOf {
    const runs = new Map<string, ReturnType<typeof evidenceTexts>>();
    return (runId, step) => {
      const known = runs.get(runId) ?? evidenceTexts(this.evidence, runId);
      runs.set(runId, known);
      return known(step);
    };
  }
}
