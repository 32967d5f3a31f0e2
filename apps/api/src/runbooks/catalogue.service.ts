import { type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { PARSERS } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';
import {
  type Catalogue,
  loadCatalogue,
  type LoadOptions,
  ParameterError,
  resolveParameters,
  RunbookError,
  windowSeconds,
} from '@fleetscope/runbooks';
import { Inject, Injectable } from '@nestjs/common';
import { notFound, ProblemException, RUNTIME, type Runtime } from '../platform';

/**
 * A folder of an installation's own runbooks, verified as the catalogue is.
 * @throws RunbookError, also for a name that the catalogue has: nobody shall take the one for the other
 */
const loadCustom = (dir: string, options: LoadOptions, own: Catalogue): Catalogue => {
  const names = new Set([...own.values()].flatMap(({ id, aliases }) => [id, ...aliases]));
  let added: Catalogue;
  try {
    added = loadCatalogue(dir, options);
  } catch (error) {
    if (error instanceof RunbookError) throw error;
    throw new RunbookError([
      { file: dir, line: null, path: '', expected: 'a folder of runbooks', got: (error as Error).message },
    ]);
  }
  for (const { id, aliases } of added.values()) {
    const taken = [id, ...aliases].find((name) => names.has(name));
    if (taken !== undefined)
      throw new RunbookError([
        {
          file: `${dir}/${id}.yaml`,
          line: null,
          path: 'id',
          expected: 'a name of its own',
          got: `${taken}, which the catalogue has`,
        },
      ]);
  }
  return added;
};

/** The runbooks of this installation, verified when the process starts. */
@Injectable()
export class CatalogueService {
  private readonly byName = new Map<string, Runbook>();
  private readonly runbooks: Runbook[];

  private readonly custom = new Set<string>();

  constructor(@Inject(RUNTIME) runtime: Runtime) {
    const options = { parsers: new Set([...PARSERS.keys(), ...PROFILE_READERS.keys()]) };
    const own = loadCatalogue(runtime.catalogueDir, options);
    const added = runtime.customRunbooksDir === null ? new Map() : loadCustom(runtime.customRunbooksDir, options, own);
    for (const id of added.keys()) this.custom.add(id);
    this.runbooks = [...own.values(), ...added.values()];
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

  /** The steps that read files once: those that tell how a host is set up are among them. None for what is no longer there. */
  stepsOfSettings(name: string): string[] {
    const steps = this.byName.get(name)?.steps ?? [];
    return steps.flatMap(({ id, prefer }) => (prefer.some(({ read }) => read !== undefined) ? [id] : []));
  }

  /** How long the samplers of a run with these parameters ran. */
  windowSeconds(name: string, parameters: ParameterValues): number {
    return windowSeconds(this.get(name), parameters);
  }

  /** Whether it comes from the folder of this installation's own runbooks. */
  isCustom(id: string): boolean {
    return this.custom.has(id);
  }

  /** Whether a runbook answers the whole USE table; one that is no longer there is taken for one that did. */
  isChecklist(name: string): boolean {
    return this.byName.get(name)?.checklist ?? true;
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
