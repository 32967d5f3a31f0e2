import { type ParameterValues } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { EvidenceService } from '../../evidence';
import { type KeptInvestigation } from '../../investigations';
import { ObservationsService } from '../../observations';
import { CatalogueService } from '../../runbooks';
import { readAgain, type ReadAgain } from './evidence-again';

/** Reads what was kept of a run with today's parsers. */
@Injectable()
export class RunAgain {
  constructor(
    private readonly evidence: EvidenceService,
    private readonly observations: ObservationsService,
    private readonly catalogue: CatalogueService,
  ) {}

  async read(
    { runbook, parameters }: { runbook: string; parameters: ParameterValues },
    { runId, judged: { host }, steps, facts, clock }: KeptInvestigation['runs'][number],
    endedAt: Date,
  ): Promise<ReadAgain> {
    // The parser that read it then; where it could read nothing then, the one the runbook names now.
    const known = new Map((await this.observations.of(runId)).map(({ step, parser }) => [step, parser]));
    const named = this.catalogue.parsersOf(runbook);
    return readAgain({
      host,
      steps,
      facts: facts ?? {},
      windowSeconds: this.catalogue.windowSeconds(runbook, parameters),
      endedAt,
      clock,
      parserOf: ({ step, alternative }) => known.get(step) ?? named.get(`${step}/${alternative ?? ''}`) ?? null,
      bytesOf: (step) =>
        this.evidence.read(runId, step, 'stdout').then(
          ({ bytes }) => bytes,
          () => null,
        ),
    });
  }
}
