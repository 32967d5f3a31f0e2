import { durationText, type InvestigationView, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { EvidenceService } from '../../../evidence';
import { InvestigationReader } from '../../../investigations';
import { notFound } from '../../../platform';
import { CatalogueService } from '../../../runbooks';
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
    private readonly catalogue: CatalogueService,
  ) {}

  /** @throws 404. While the investigation runs, it is what has answered so far. */
  async html(id: string, scope: Scope, product: string): Promise<{ html: string; fileName: string }> {
    const snapshot = await this.reader.snapshot(id, scope);
    if (!snapshot) throw notFound(`investigation ${id}`);
    const { investigation, runs } = snapshot;
    const captures = investigation.escalation?.children ?? [];
    const [verdict, findings, { flames, more }, notes] = await Promise.all([
      investigation.verdict ?? this.reader.report(id, scope).then((report) => report.verdict),
      ruleFindings(runs, this.texts()),
      this.flames.of([investigation, ...captures], scope),
      this.notes.list(id),
    ]);
    const html = reportHtml({
      product,
      madeAt: new Date().toISOString(),
      ...{ investigation, verdict, runs, findings, flames, notes },
      parameters: this.parameters(investigation),
      moreFlames: more,
    });
    return { html, fileName: `fleetscope-${investigation.createdAt.slice(0, 10)}-${id.slice(0, 8)}.html` };
  }

  /** Durations are kept in milliseconds; which parameters are some, the runbook says while there is one. */
  private parameters({ runbook, parameters }: InvestigationView): string[] {
    const known = this.catalogue.list().find(({ id }) => id === runbook.split('@')[0])?.parameters ?? {};
    return Object.entries(parameters).flatMap(([name, value]) => {
      if (value === null) return [];
      const isDuration = known[name]?.type === 'duration' && typeof value === 'number';
      return [`${name} ${isDuration ? durationText(value) : value}`];
    });
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
