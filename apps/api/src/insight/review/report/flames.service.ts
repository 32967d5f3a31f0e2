import { type ProfileSummary, type Scope } from '@fleetscope/contracts';
import {
  callTree,
  mergeProfiles,
  type NamedProfile,
  ProfileError,
  shapeOf,
  svgElement,
  toSvg,
} from '@fleetscope/profiles';
import { Injectable } from '@nestjs/common';
import { InvestigationReader } from '../../../investigations';
import { ProfilesService } from '../../../observations';
import { type Flame } from './report-page';

/** Each graph takes up to a megabyte of the page. */
const MAX_FLAMES = 6;
/** Those with most samples; a merge of more looks the same. */
const MAX_MERGED = 100;

interface Stacks {
  readonly runbook: string;
  readonly step: string;
  readonly profiles: readonly ProfileSummary[];
}

/** Flame graphs of an investigation, and of the captures that it led to. */
@Injectable()
export class FlamesService {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly profiles: ProfilesService,
  ) {}

  async of(
    investigations: readonly { id: string; runbook: string }[],
    scope: Scope,
  ): Promise<{ flames: Flame[]; more: number }> {
    const stacks: Stacks[] = [];
    for (const { id, runbook } of investigations) stacks.push(...(await this.stacksOf(id, runbook, scope)));
    const flames: Flame[] = [];
    for (const one of stacks.slice(0, MAX_FLAMES)) flames.push(await this.flame(one));
    return { flames, more: Math.max(0, stacks.length - MAX_FLAMES) };
  }

  private async stacksOf(id: string, runbook: string, scope: Scope): Promise<Stacks[]> {
    const profiles = await this.profiles.list(await this.reader.runHosts(id, scope));
    const sampled = profiles.filter(({ samples }) => samples > 0);
    return [...new Set(sampled.map(({ step }) => step))].map((step) => ({
      runbook,
      step,
      profiles: sampled.filter((one) => one.step === step).sort((a, b) => b.samples - a.samples),
    }));
  }

  private async flame({ runbook, step, profiles }: Stacks): Promise<Flame> {
    const named: NamedProfile[] = [];
    for (const { run, host } of profiles.slice(0, MAX_MERGED))
      named.push({ host, profile: await this.profiles.profile(run, step) });
    const title = `${runbook}, ${step}`;
    const shared = { title, hosts: named.length, moreHosts: profiles.length - named.length };
    try {
      const merged = mergeProfiles(named, { weigh: 'equal', by: 'command' });
      const svg = toSvg(callTree(merged, { root: 'command' }), { title: `${title}: ${merged.type}` });
      return { ...shared, sentences: shapeOf(callTree(merged)).sentences, svg: svgElement(svg) };
    } catch (error) {
      // Stacks of different kinds: a report without one graph is still a report.
      if (!(error instanceof ProfileError)) throw error;
      return { ...shared, sentences: [error.message], svg: '' };
    }
  }
}
