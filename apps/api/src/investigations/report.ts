import { type InvestigationSnapshot, type Report, type Verdict } from '@fleetscope/contracts';

/** The document that `triage --json` prints: hosts by oddness, findings by severity. */
export const reportOf = ({ investigation, runs }: InvestigationSnapshot, verdict: Verdict): Report => {
  const rank = { crit: 0, warn: 1, info: 2 } as const;
  return {
    investigation: {
      id: investigation.id,
      runbook: investigation.runbook,
      state: investigation.state,
      reason: investigation.reason,
      startedAt: investigation.startedAt,
      endedAt: investigation.endedAt,
    },
    coverage: investigation.coverage,
    verdict,
    hosts: runs
      .map(({ host, state, reason, oddness, cost, use }) => ({ name: host, state, reason, oddness, cost, use }))
      .sort((a, b) => (b.oddness ?? -1) - (a.oddness ?? -1) || a.name.localeCompare(b.name)),
    findings: runs
      .flatMap(({ host, findings }) => findings.map((finding) => ({ host, ...finding })))
      .sort((a, b) => rank[a.severity] - rank[b.severity] || a.host.localeCompare(b.host))
      .map(
        ({
          rule,
          host,
          instance,
          severity,
          text,
          metric,
          value,
          unit,
          threshold,
          thresholdsVersion,
          evidence,
          next,
        }) => ({
          rule,
          host,
          instance,
          severity,
          text,
          metric,
          value,
          unit,
          threshold,
          ...(thresholdsVersion === undefined ? {} : { thresholdsVersion }),
          evidence,
          next,
        }),
      ),
  };
};
