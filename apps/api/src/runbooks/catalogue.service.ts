import {
  MAX_SIGNED_RUNBOOK,
  type ParameterValues,
  type Runbook,
  type SignedRunbook,
  signedRunbookSchema,
} from '@fleetscope/contracts';
import { PARSERS } from '@fleetscope/parsers';
import { PROFILE_READERS } from '@fleetscope/profiles';
import {
  type Catalogue,
  loadCatalogue,
  type LoadedRunbook,
  type LoadOptions,
  ParameterError,
  resolveParameters,
  RunbookError,
  windowSeconds,
} from '@fleetscope/runbooks';
import { Inject, Injectable } from '@nestjs/common';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/**
 * What its author signed, as it lies beside it; null where nobody did. Whether the signature is good is for the hosts to say, which
 * know whom they trust.
 * @throws RunbookError for a file that holds no signature
 */
const signedOf = (dir: string, { id, programs }: LoadedRunbook): SignedRunbook | null => {
  const file = join(dir, `${id}.yaml`);
  if (!existsSync(`${file}.sig`)) return null;
  const signed = signedRunbookSchema.safeParse({
    ...{ text: readFileSync(file, 'utf8'), programs },
    signature: readFileSync(`${file}.sig`, 'utf8').trim(),
  });
  if (signed.success && JSON.stringify(signed.data).length <= MAX_SIGNED_RUNBOOK) return signed.data;
  const [expected, got] = signed.success
    ? [`at most ${MAX_SIGNED_RUNBOOK} characters with its programs`, 'more']
    : ['a signature by `fleetscope runbooks sign`', 'something else'];
  throw new RunbookError([{ file: `${file}.sig`, line: null, path: '', expected, got }]);
};

/** The runbooks of this installation, verified when the process starts. */
@Injectable()
export class CatalogueService {
  private readonly byName = new Map<string, Runbook>();
  private readonly runbooks: Runbook[];

  /** Id → as its author signed it. */
  private readonly custom = new Map<string, SignedRunbook | null>();

  constructor(@Inject(RUNTIME) runtime: Runtime) {
    const options = { parsers: new Set([...PARSERS.keys(), ...PROFILE_READERS.keys()]) };
    const own = loadCatalogue(runtime.catalogueDir, options);
    const dir = runtime.customRunbooksDir;
    const added: Catalogue = dir === null ? new Map() : loadCustom(dir, options, own);
    if (dir !== null) for (const [id, runbook] of added) this.custom.set(id, signedOf(dir, runbook));
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

  /** One of this installation's own with the signature of its author, which hosts of agents ask for; else null. */
  signed(id: string): SignedRunbook | null {
    return this.custom.get(id) ?? null;
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
