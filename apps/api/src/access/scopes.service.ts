import { covers, type Identity, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { notFound, ProblemException } from '../platform';
import { AuditService } from './audit.service';
import { type Named, type ScopedHost } from './reach';

/** The hosts that the named thing is of; null when there is no such thing. */
type Source = (name: string) => Promise<readonly ScopedHost[] | null>;

const FEW = 3;

/** Holds what is asked for against the scope of who asks. The rooms that own hosts, runs and investigations register here. */
@Injectable()
export class Scopes {
  private readonly sources = new Map<Named, Source>();

  constructor(private readonly audit: AuditService) {}

  provide(kind: Named, source: Source): void {
    this.sources.set(kind, source);
  }

  /** Whether some of the thing is within the scope. What is not there is not. */
  async sees(scope: Scope, kind: Named, name: string): Promise<boolean> {
    return scope === null || (await this.hostsOf(kind, name)).some((host) => covers(scope, host));
  }

  /** @throws 404, in the words for what is not there at all. */
  async mustSee(scope: Scope, kind: Named, name: string): Promise<void> {
    if (!(await this.sees(scope, kind, name))) throw notFound(`${kind} ${name}`);
  }

  /** @throws 404 when none of it is within the scope, 403 when not all of it is. */
  async mustReach(caller: Identity, kind: Named, name: string, doing: string | null): Promise<void> {
    await this.mustSee(caller.scope, kind, name);
    if (caller.scope !== null) await this.mustCover(caller, await this.hostsOf(kind, name), doing, name);
  }

  /** @throws 403 with how many of the hosts are outside, and some of their names. The audit log has what was `doing`. */
  async mustCover(
    caller: Identity,
    hosts: readonly ScopedHost[],
    doing: string | null,
    subject: string,
  ): Promise<void> {
    const outside = hosts.filter((host) => !covers(caller.scope, host));
    if (outside.length === 0) return;
    const some = outside.slice(0, FEW).map(({ name }) => name);
    if (doing !== null)
      await this.audit.record(caller.name, doing, subject, 'denied', { outsideScope: outside.length, hosts: some });
    throw new ProblemException(
      403,
      `${outside.length} of ${hosts.length} hosts ${outside.length === 1 ? 'is' : 'are'} outside the scope of ${caller.name}: ${some.join(', ')}${outside.length > FEW ? ` and ${outside.length - FEW} more` : ''}`,
      { hint: `name hosts within it: ${scopeText(caller.scope)}` },
    );
  }

  private async hostsOf(kind: Named, name: string): Promise<readonly ScopedHost[]> {
    return (await this.sources.get(kind)?.(name)) ?? [];
  }
}

/** In words, for those who read it. */
export const scopeText = (scope: Scope): string =>
  scope === null
    ? 'the whole fleet'
    : [
        ...(scope.classes.length > 0 ? [`class ${scope.classes.join(' or ')}`] : []),
        ...Object.entries(scope.labels).map(([key, value]) => `${key}=${value}`),
      ].join(' and ');
