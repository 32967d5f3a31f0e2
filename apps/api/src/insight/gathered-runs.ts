import { concludeRuns, type Conclusion, type EndingRun } from '@fleetscope/analysis';

/** Runs as they come from the store, each as JSON text: read where they are concluded, and not by whoever fetches them. */
export class GatheredRuns {
  private readonly runs: EndingRun[] = [];

  add(texts: readonly string[]): void {
    // We wrote them ourselves: they are trusted here.
    for (const text of texts) this.runs.push(JSON.parse(text) as EndingRun);
  }

  conclude(): Conclusion {
    return concludeRuns(this.runs);
  }
}
