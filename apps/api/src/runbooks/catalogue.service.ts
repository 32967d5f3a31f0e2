import { type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { PARSERS } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';
import { loadCatalogue, ParameterError, resolveParameters, windowSeconds } from '@fleetscope/runbooks';
import { Inject, Injectable } from '@nestjs/common';
import { notFound, ProblemException, RUNTIME, type Runtime } from '../platform';

/** The runbooks of this installation, verified when the process starts. */
@Injectable()
export class CatalogueService {
  private readonly byName = new Map<string, Runbook>();
  private readonly runbooks: Runbook[];

  constructor(@Inject(RUNTIME) runtime: Runtime) {
    this.runbooks = [
      ...loadCatalogue(runtime.catalogueDir, {
        parsers: new Set([...PARSERS.keys(), ...PROFILE_READERS.keys()]),
      }).values(),
    ];
    for (const runbook of this.runbooks) {
      for (const name of [runbook.id, ...runbook.aliases]) this.byName.set(name, runbook);
    }
  }

  list(): Runbook[] {
    return this.runbooks;
  }

  /** By id or alias. @throws 404 that names the ones there are. */
  get(name: string): Runbook {
    const runbook = this.byName.get(name);
    if (!runbook) throw notFound(`runbook ${name}`, `there are: ${this.runbooks.map(({ id }) => id).join(', ')}`);
    return runbook;
  }

  /** `step/alternative` → the parser that reads its output. */
  parsersOf(name: string): Map<string, string> {
    return new Map(
      this.get(name).steps.flatMap((step) =>
        step.prefer.flatMap(({ id, parser }) => (parser ? [[`${step.id}/${id}`, parser] as const] : [])),
      ),
    );
  }

  /** How long the samplers of a run with these parameters ran. */
  windowSeconds(name: string, parameters: ParameterValues): number {
    return windowSeconds(this.get(name), parameters);
  }

  /** @throws 400 with every parameter that is wrong. */
  parameters(runbook: Runbook, given: Record<string, string | number>): ParameterValues {
    try {
      return resolveParameters(runbook, given);
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      const errors = error.problems.map(({ path, ...rest }) => ({ path: `parameters.${path}`, ...rest }));
      const [first] = errors;
      throw new ProblemException(
        400,
        first ? `${first.path}: expected ${first.expected}, got ${first.got}` : error.message,
        { errors },
      );
    }
  }
}
