import {
  type InvestigationView,
  type NoteView,
  type RunSummary,
  type Severity,
  type Verdict,
} from '@fleetscope/contracts';

/** An investigation as its report shows it. All bounds are applied by the sections, which say what they left out. */
export interface ReportPage {
  readonly product: string;
  readonly madeAt: string;
  readonly investigation: InvestigationView;
  readonly verdict: Verdict;
  /** `window 10s` */
  readonly parameters: readonly string[];
  readonly runs: readonly RunSummary[];
  readonly findings: readonly RuleFindings[];
  readonly flames: readonly Flame[];
  /** Steps with stacks beyond those that are drawn. */
  readonly moreFlames: number;
  readonly notes: readonly NoteView[];
}

/** What one rule found, on whichever hosts. */
export interface RuleFindings {
  readonly rule: string;
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  readonly found: readonly HostFinding[];
  /** Findings of the rule beyond those in `found`. */
  readonly more: number;
}

export interface HostFinding {
  readonly host: string;
  readonly severity: Severity;
  readonly instance: string | null;
  readonly text: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly threshold: number | null;
  readonly next: string | null;
  readonly excerpts: readonly Excerpt[];
}

/** Lines of raw output, as `excerptOf` chose them. */
export interface Excerpt {
  readonly step: string;
  readonly command: string | null;
  /** 1-based; empty where the whole output was cited. */
  readonly cited: readonly number[];
  /** Null when the output is not kept any more. */
  readonly lines: readonly string[] | null;
}

/** The merged stacks of one step. */
export interface Flame {
  readonly title: string;
  readonly hosts: number;
  /** Hosts with stacks that were left out of the merge. */
  readonly moreHosts: number;
  readonly sentences: readonly string[];
  readonly svg: string;
}
