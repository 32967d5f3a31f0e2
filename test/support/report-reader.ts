import { type Report, type Severity } from '@fleetscope/contracts';

type Statement = Report['verdict']['statements'][number];

/** What a report says about one of its hosts. */
export class ReportReader {
  constructor(private readonly report: Report) {}

  /** The first statement about the host that is more than a remark. */
  statementOn(host: string): Statement | undefined {
    return this.report.verdict.statements.find(({ hosts, severity }) => severity !== 'info' && hosts.includes(host));
  }

  /** The first or second statement of the verdict, by this rule. @throws with all that was said where neither is. */
  leading(rule: string, host: string): Statement {
    const { statements } = this.report.verdict;
    const said = statements.slice(0, 2).find(({ rules, hosts }) => rules.includes(rule) && hosts.includes(host));
    if (!said) throw new Error(`${rule} does not lead on ${host}: ${statements.map(({ text }) => text).join('\n')}`);
    return said;
  }

  findingsOn(host: string, severity: Severity): string[] {
    return this.report.findings.filter((one) => one.host === host && one.severity === severity).map(({ text }) => text);
  }
}
